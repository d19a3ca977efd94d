-- +goose Up
CREATE TABLE activity_entries (
	id BIGINT NOT NULL PRIMARY KEY,
	number BYTES(16) NOT NULL UNIQUE,
	activity_id BIGINT NOT NULL,
	member_id BIGINT NOT NULL,
	unit_id BIGINT NOT NULL,
	state BYTES(12) NOT NULL,
	place BIGINT NOT NULL,
	answer_by_ms BIGINT NULL,
	tell_ms BIGINT NULL,
	due_ms BIGINT NULL,
	body LONGWORDS NOT NULL,
	created_ms BIGINT NOT NULL,
	ended_ms BIGINT NULL,
	version BIGINT NOT NULL,
	FOREIGN KEY (activity_id) REFERENCES activities (id),
	FOREIGN KEY (member_id) REFERENCES members (id)
TABLE_END;
