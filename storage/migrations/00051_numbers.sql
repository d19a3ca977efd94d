-- +goose Up
CREATE TABLE numbers (
	prefix BYTES(2) NOT NULL,
	year INTEGER NOT NULL,
	last BIGINT NOT NULL,
	PRIMARY KEY (prefix, year)
TABLE_END;
