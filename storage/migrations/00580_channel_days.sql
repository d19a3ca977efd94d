-- +goose Up
CREATE TABLE channel_days (
	channel BYTES(64) NOT NULL,
	day BYTES(10) NOT NULL,
	persons BIGINT NOT NULL,
	PRIMARY KEY (channel, day)
TABLE_END;
