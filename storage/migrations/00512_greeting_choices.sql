-- +goose Up
CREATE TABLE greeting_choices (
	member_id BIGINT NOT NULL PRIMARY KEY,
	calendar BYTES(5) NOT NULL,
	off BYTES(190) NOT NULL,
	chosen BYTES(190) NOT NULL,
	FOREIGN KEY (member_id) REFERENCES members (id)
TABLE_END;
