-- +goose Up
CREATE TABLE service_versions (
	hash BYTES(32) NOT NULL PRIMARY KEY,
	name BYTES(32) NOT NULL,
	source LONGWORDS NOT NULL,
	published_ms BIGINT NOT NULL
TABLE_END;
