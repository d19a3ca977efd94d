-- +goose Up
CREATE TABLE objections (
	id BIGINT NOT NULL PRIMARY KEY,
	case_id BIGINT NOT NULL,
	member_id BIGINT NOT NULL,
	body LONGWORDS NOT NULL,
	at_ms BIGINT NOT NULL,
	FOREIGN KEY (case_id) REFERENCES cases (id),
	FOREIGN KEY (member_id) REFERENCES members (id)
TABLE_END;
