-- +goose Up
CREATE TABLE broadcast_repeats (
	id BIGINT NOT NULL PRIMARY KEY,
	number BYTES(16) NOT NULL UNIQUE,
	author BIGINT NOT NULL,
	org_id BIGINT NOT NULL,
	every BYTES(8) NOT NULL,
	in_month INTEGER NOT NULL,
	on_day INTEGER NOT NULL,
	at_minute INTEGER NOT NULL,
	last_id BIGINT NOT NULL,
	next_day BYTES(10) NOT NULL,
	goes_on INTEGER NOT NULL,
	version BIGINT NOT NULL,
	FOREIGN KEY (org_id) REFERENCES organisations (id)
TABLE_END;
