-- +goose Up
CREATE TABLE role_holdings (
	member_id BIGINT NOT NULL,
	role BYTES(32) NOT NULL,
	org_id BIGINT NOT NULL,
	PRIMARY KEY (member_id, role, org_id),
	FOREIGN KEY (member_id) REFERENCES members (id),
	FOREIGN KEY (org_id) REFERENCES organisations (id)
TABLE_END;
