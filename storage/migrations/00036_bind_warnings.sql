-- +goose Up
CREATE TABLE bind_warnings (
	claimed BYTES(64) NOT NULL PRIMARY KEY,
	warned_ms BIGINT NOT NULL
TABLE_END;
