-- +goose Up
CREATE TABLE cards (
	task_id BYTES(128) NOT NULL,
	channel BYTES(64) NOT NULL,
	to_user BYTES(128) NOT NULL,
	response_code BYTES(512) NULL,
	usable_until_ms BIGINT NOT NULL,
	tapped_ms BIGINT NOT NULL,
	PRIMARY KEY (task_id, channel, to_user)
TABLE_END;
