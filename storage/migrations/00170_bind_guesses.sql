-- +goose Up
CREATE TABLE bind_guesses (
	claimed BYTES(64) NOT NULL PRIMARY KEY,
	tries INTEGER NOT NULL,
	since_ms BIGINT NOT NULL
TABLE_END;
