-- +goose Up
CREATE TABLE greeting_silences (
	id BIGINT NOT NULL PRIMARY KEY,
	org_id BIGINT NOT NULL,
	by_member BIGINT NOT NULL,
	from_ms BIGINT NOT NULL,
	until_ms BIGINT NOT NULL,
	ended INTEGER NOT NULL,
	FOREIGN KEY (org_id) REFERENCES organisations (id)
TABLE_END;
