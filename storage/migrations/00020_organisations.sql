-- +goose Up
CREATE TABLE organisations (
	id BIGINT NOT NULL PRIMARY KEY,
	parent BIGINT NULL,
	name WORDS(100) NOT NULL,
	path WORDS(1100) NOT NULL,
	path_digest BYTES(64) NOT NULL UNIQUE,
	lineage BYTES(255) NOT NULL,
	FOREIGN KEY (parent) REFERENCES organisations (id)
TABLE_END;
