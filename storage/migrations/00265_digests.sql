-- +goose Up
CREATE TABLE digests (
	member_id BIGINT NOT NULL PRIMARY KEY,
	clocks BYTES(64) NOT NULL,
	off INTEGER NOT NULL,
	last_ms BIGINT NOT NULL,
	next_ms BIGINT NULL,
	turns BIGINT NOT NULL,
	FOREIGN KEY (member_id) REFERENCES members (id)
TABLE_END;
