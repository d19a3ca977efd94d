-- +goose Up
CREATE TABLE bind_codes (
	member_id BIGINT NOT NULL PRIMARY KEY,
	digest BYTES(64) NOT NULL,
	until_ms BIGINT NOT NULL,
	FOREIGN KEY (member_id) REFERENCES members (id)
TABLE_END;
