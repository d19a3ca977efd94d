-- +goose Up
CREATE TABLE broadcasts (
	id BIGINT NOT NULL PRIMARY KEY,
	number BYTES(16) NOT NULL UNIQUE,
	ref BYTES(64) NOT NULL UNIQUE,
	state BYTES(12) NOT NULL,
	org_id BIGINT NOT NULL,
	author BIGINT NOT NULL,
	releaser BIGINT NULL,
	urgent INTEGER NOT NULL,
	personal INTEGER NOT NULL,
	speed INTEGER NOT NULL,
	starts_ms BIGINT NOT NULL,
	head INTEGER NOT NULL,
	plan_lane INTEGER NOT NULL,
	plan_after BIGINT NOT NULL,
	plan_until BIGINT NOT NULL,
	plan_again INTEGER NOT NULL,
	released_ms BIGINT NULL,
	ended_ms BIGINT NULL,
	version BIGINT NOT NULL,
	body LONGWORDS NOT NULL,
	FOREIGN KEY (org_id) REFERENCES organisations (id)
TABLE_END;
