-- +goose Up
CREATE TABLE greeting_shields (
	member_id BIGINT NOT NULL PRIMARY KEY,
	cause LONGWORDS NOT NULL,
	until BYTES(10) NOT NULL,
	by_member BIGINT NOT NULL,
	at_ms BIGINT NOT NULL,
	FOREIGN KEY (member_id) REFERENCES members (id)
TABLE_END;
