-- +goose Up
CREATE TABLE unreached_told (
	member_id BIGINT NOT NULL PRIMARY KEY,
	by_member BIGINT NOT NULL,
	at_ms BIGINT NOT NULL,
	FOREIGN KEY (member_id) REFERENCES members (id)
TABLE_END;
