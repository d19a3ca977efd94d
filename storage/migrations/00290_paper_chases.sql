-- +goose Up
CREATE TABLE paper_chases (
	case_id BIGINT NOT NULL PRIMARY KEY,
	stage INTEGER NOT NULL,
	due_ms BIGINT NOT NULL,
	next_ms BIGINT NULL,
	done_ms BIGINT NULL,
	FOREIGN KEY (case_id) REFERENCES cases (id)
TABLE_END;
