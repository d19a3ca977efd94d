-- +goose Up
CREATE TABLE audit_sealer_lease (
	id INTEGER NOT NULL PRIMARY KEY,
	runs BIGINT NOT NULL
TABLE_END;
