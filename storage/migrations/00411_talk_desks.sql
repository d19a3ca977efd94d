-- +goose Up
CREATE TABLE talk_desks (
	member_id BIGINT NOT NULL PRIMARY KEY,
	numbers BIGINT NOT NULL,
	FOREIGN KEY (member_id) REFERENCES members (id)
TABLE_END;
