-- +goose Up
CREATE TABLE broadcast_missed (
	broadcast_id BIGINT NOT NULL,
	chair BIGINT NOT NULL,
	org_id BIGINT NOT NULL,
	some_of BYTES(120) NOT NULL,
	missed INTEGER NOT NULL,
	PRIMARY KEY (broadcast_id, chair),
	FOREIGN KEY (broadcast_id) REFERENCES broadcasts (id)
TABLE_END;
