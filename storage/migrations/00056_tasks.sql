-- +goose Up
CREATE TABLE tasks (
	id BIGINT NOT NULL PRIMARY KEY,
	case_id BIGINT NOT NULL,
	step BYTES(32) NOT NULL,
	officer BIGINT NOT NULL,
	state BYTES(8) NOT NULL,
	due_ms BIGINT NOT NULL,
	created_ms BIGINT NOT NULL,
	ended_ms BIGINT NULL,
	FOREIGN KEY (case_id) REFERENCES cases (id),
	FOREIGN KEY (officer) REFERENCES members (id)
TABLE_END;
