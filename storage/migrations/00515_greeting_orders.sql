-- +goose Up
CREATE TABLE greeting_orders (
	id BIGINT NOT NULL PRIMARY KEY,
	occasion BYTES(32) NOT NULL,
	org_id BIGINT NOT NULL,
	from_day BYTES(10) NOT NULL,
	until_day BYTES(10) NOT NULL,
	to_day BYTES(10) NOT NULL,
	by_member BIGINT NOT NULL,
	FOREIGN KEY (org_id) REFERENCES organisations (id)
TABLE_END;
