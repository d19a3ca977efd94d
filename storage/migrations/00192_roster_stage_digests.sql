-- +goose Up
CREATE TABLE roster_stage_digests (
	run BIGINT NOT NULL,
	line_no INTEGER NOT NULL,
	kind BYTES(16) NOT NULL,
	digest BYTES(64) NOT NULL,
	PRIMARY KEY (run, line_no, kind, digest)
TABLE_END;
