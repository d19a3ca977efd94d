-- +goose Up
CREATE TABLE audit_anchors (
	day BYTES(10) NOT NULL PRIMARY KEY,
	place BIGINT NOT NULL,
	signature BYTES(72) NOT NULL
TABLE_END;
