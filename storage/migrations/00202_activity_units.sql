-- +goose Up
CREATE TABLE activity_units (
	unit_key BYTES(48) NOT NULL PRIMARY KEY,
	activity_id BIGINT NOT NULL,
	org_id BIGINT NOT NULL,
	taken INTEGER NOT NULL
TABLE_END;
