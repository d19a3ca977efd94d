-- +goose Up
CREATE TABLE publicities (
	case_id BIGINT NOT NULL PRIMARY KEY,
	number BYTES(16) NOT NULL,
	root BIGINT NOT NULL,
	body LONGWORDS NOT NULL,
	from_ms BIGINT NOT NULL,
	until_ms BIGINT NOT NULL,
	closed_ms BIGINT NULL,
	FOREIGN KEY (case_id) REFERENCES cases (id)
TABLE_END;
