-- +goose Up
CREATE TABLE calendars_followed (
	id BIGINT NOT NULL PRIMARY KEY,
	days BYTES(64) NOT NULL
TABLE_END;
