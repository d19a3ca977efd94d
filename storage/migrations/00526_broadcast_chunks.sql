-- +goose Up
CREATE TABLE broadcast_chunks (
	id BIGINT NOT NULL PRIMARY KEY,
	broadcast_id BIGINT NOT NULL,
	lane INTEGER NOT NULL,
	from_member BIGINT NOT NULL,
	to_member BIGINT NOT NULL,
	state BYTES(8) NOT NULL,
	due_ms BIGINT NOT NULL,
	lease_owner BYTES(64) NULL,
	attempts INTEGER NOT NULL,
	sent_calls LONGWORDS NULL,
	FOREIGN KEY (broadcast_id) REFERENCES broadcasts (id)
TABLE_END;
