-- +goose Up
CREATE TABLE ties (
	member_id BIGINT NOT NULL,
	other BIGINT NOT NULL,
	kind BYTES(16) NOT NULL,
	since_ms BIGINT NOT NULL,
	declared_by BIGINT NOT NULL,
	source BYTES(32) NOT NULL,
	PRIMARY KEY (member_id, other, declared_by),
	FOREIGN KEY (member_id) REFERENCES members (id),
	FOREIGN KEY (other) REFERENCES members (id)
TABLE_END;
