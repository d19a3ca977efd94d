-- +goose Up
CREATE TABLE greeting_aheads (
	occasion BYTES(32) NOT NULL PRIMARY KEY,
	ahead INTEGER NOT NULL
TABLE_END;
