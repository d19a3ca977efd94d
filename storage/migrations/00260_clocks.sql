-- +goose Up
CREATE TABLE clocks (
	case_id BIGINT NOT NULL,
	kind BYTES(8) NOT NULL,
	amount BIGINT NOT NULL,
	unit BYTES(8) NOT NULL,
	started_ms BIGINT NOT NULL,
	due_ms BIGINT NOT NULL,
	paused_ms BIGINT NULL,
	ended_ms BIGINT NULL,
	late INTEGER NOT NULL,
	extended INTEGER NOT NULL,
	rung BIGINT NOT NULL,
	moves BIGINT NOT NULL,
	wake_ms BIGINT NULL,
	PRIMARY KEY (case_id, kind),
	FOREIGN KEY (case_id) REFERENCES cases (id)
TABLE_END;
