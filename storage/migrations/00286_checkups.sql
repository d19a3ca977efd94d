-- +goose Up
CREATE TABLE checkups (
	id BIGINT NOT NULL PRIMARY KEY,
	member_id BIGINT NOT NULL,
	kind BYTES(12) NOT NULL,
	due_on BYTES(10) NOT NULL,
	every_months INTEGER NOT NULL,
	place LONGWORDS NOT NULL,
	state BYTES(12) NOT NULL,
	stage INTEGER NOT NULL,
	next_ms BIGINT NULL,
	FOREIGN KEY (member_id) REFERENCES members (id)
TABLE_END;
