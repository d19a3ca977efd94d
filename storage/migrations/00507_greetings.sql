-- +goose Up
CREATE TABLE greetings (
	id BIGINT NOT NULL PRIMARY KEY,
	member_id BIGINT NOT NULL,
	occasion BYTES(32) NOT NULL,
	year INTEGER NOT NULL,
	row_key BYTES(80) NOT NULL,
	day BYTES(10) NOT NULL,
	say_on BYTES(10) NOT NULL,
	send_ms BIGINT NOT NULL,
	state BYTES(10) NOT NULL,
	hold_id BIGINT NULL,
	gift WORDS(64) NOT NULL,
	gift_until BYTES(10) NOT NULL,
	gift_state BYTES(10) NOT NULL,
	gift_by BIGINT NULL,
	gift_to BIGINT NULL,
	gift_ms BIGINT NULL,
	FOREIGN KEY (member_id) REFERENCES members (id)
TABLE_END;
