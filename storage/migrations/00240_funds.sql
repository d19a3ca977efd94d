-- +goose Up
CREATE TABLE funds (
	name BYTES(32) NOT NULL,
	year INTEGER NOT NULL,
	title WORDS(120) NOT NULL,
	budget BIGINT NOT NULL,
	reserved BIGINT NOT NULL,
	paid BIGINT NOT NULL,
	PRIMARY KEY (name, year)
TABLE_END;
