-- +goose Up
CREATE TABLE printings (
	id BYTES(16) NOT NULL,
	case_id BIGINT NOT NULL,
	printed_by BIGINT NOT NULL,
	at_ms BIGINT NOT NULL,
	entries INTEGER NOT NULL,
	PRIMARY KEY (id),
	FOREIGN KEY (case_id) REFERENCES cases (id)
TABLE_END;
