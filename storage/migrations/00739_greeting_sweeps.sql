-- +goose Up
CREATE TABLE greeting_sweeps (
	id BIGINT NOT NULL PRIMARY KEY,
	does BYTES(10) NOT NULL,
	silence_id BIGINT NULL,
	lineage BYTES(255) NOT NULL,
	occasion BYTES(32) NOT NULL,
	since BYTES(10) NOT NULL,
	spare WORDS(1000) NOT NULL,
	after_id BIGINT NOT NULL,
	becomes BYTES(10) NOT NULL,
	say_on BYTES(10) NOT NULL,
	send_ms BIGINT NOT NULL,
	done INTEGER NOT NULL
TABLE_END;
