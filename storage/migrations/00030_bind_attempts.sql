-- +goose Up
CREATE TABLE bind_attempts (
	channel BYTES(80) NOT NULL,
	user_id BYTES(128) NOT NULL,
	failures INTEGER NOT NULL,
	blocked_until_ms BIGINT NULL,
	failed_ms BIGINT NOT NULL,
	PRIMARY KEY (channel, user_id)
TABLE_END;
