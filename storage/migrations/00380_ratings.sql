-- +goose Up
CREATE TABLE ratings (
	case_id BIGINT NOT NULL,
	asked_ms BIGINT NOT NULL,
	rating INTEGER NOT NULL,
	at_ms BIGINT NULL,
	PRIMARY KEY (case_id),
	FOREIGN KEY (case_id) REFERENCES cases (id)
TABLE_END;
