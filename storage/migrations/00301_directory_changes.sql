-- +goose Up
CREATE TABLE directory_changes (
	id BIGINT NOT NULL PRIMARY KEY,
	subject BYTES(80) NOT NULL,
	kind BYTES(16) NOT NULL,
	detail WORDS(200) NOT NULL,
	member BIGINT NULL,
	effect BYTES(16) NOT NULL,
	state BYTES(8) NOT NULL,
	at_ms BIGINT NOT NULL,
	noted_ms BIGINT NOT NULL,
	told_ms BIGINT NULL
TABLE_END;
