-- +goose Up
CREATE TABLE case_subjects (
	case_id BIGINT NOT NULL,
	member_id BIGINT NOT NULL,
	at_ms BIGINT NOT NULL,
	PRIMARY KEY (case_id, member_id),
	FOREIGN KEY (case_id) REFERENCES cases (id)
TABLE_END;
