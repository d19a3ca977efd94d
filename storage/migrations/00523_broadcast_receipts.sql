-- +goose Up
CREATE TABLE broadcast_receipts (
	broadcast_id BIGINT NOT NULL,
	member_id BIGINT NOT NULL,
	lane INTEGER NOT NULL,
	state BYTES(12) NOT NULL,
	cause WORDS(190) NULL,
	counts_ms BIGINT NULL,
	changed_ms BIGINT NOT NULL,
	answered_ms BIGINT NULL,
	PRIMARY KEY (broadcast_id, member_id)
TABLE_END;
