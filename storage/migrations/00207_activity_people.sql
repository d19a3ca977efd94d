-- +goose Up
CREATE TABLE activity_people (
	entry_id BIGINT NOT NULL,
	member_id BIGINT NOT NULL,
	active_key BYTES(48) NULL UNIQUE,
	PRIMARY KEY (entry_id, member_id)
TABLE_END;
