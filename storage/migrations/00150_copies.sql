-- +goose Up
CREATE TABLE copies (
	made_ms BIGINT NOT NULL PRIMARY KEY,
	settled_ms BIGINT NULL
TABLE_END;
