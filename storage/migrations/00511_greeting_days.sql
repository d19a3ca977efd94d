-- +goose Up
CREATE TABLE greeting_days (
	day BYTES(10) NOT NULL PRIMARY KEY,
	lease_ms BIGINT NOT NULL,
	done_ms BIGINT NOT NULL
TABLE_END;
