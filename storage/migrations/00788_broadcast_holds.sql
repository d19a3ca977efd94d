-- +goose Up
CREATE TABLE broadcast_holds (
	silence_id BIGINT NOT NULL,
	broadcast_id BIGINT NOT NULL,
	becomes BYTES(12) NOT NULL,
	PRIMARY KEY (silence_id, broadcast_id)
TABLE_END;
