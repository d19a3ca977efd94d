-- +goose Up
CREATE TABLE uploads (
	channel BYTES(80) NOT NULL,
	hash BYTES(64) NOT NULL,
	kind BYTES(16) NOT NULL,
	media_id BYTES(255) NOT NULL,
	until_ms BIGINT NOT NULL,
	PRIMARY KEY (channel, hash)
TABLE_END;
