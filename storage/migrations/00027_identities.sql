-- +goose Up
CREATE TABLE identities (
	channel BYTES(80) NOT NULL,
	user_id BYTES(128) NOT NULL,
	member_id BIGINT NOT NULL,
	proof BYTES(16) NOT NULL,
	bound_ms BIGINT NOT NULL,
	PRIMARY KEY (channel, user_id),
	FOREIGN KEY (member_id) REFERENCES members (id)
TABLE_END;
