-- +goose Up
CREATE TABLE notice_failures (
	channel BYTES(80) NOT NULL,
	notice_id BYTES(40) NOT NULL,
	cause WORDS(190) NOT NULL,
	at_ms BIGINT NOT NULL,
	PRIMARY KEY (channel, notice_id)
TABLE_END;
