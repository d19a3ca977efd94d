-- +goose Up
CREATE TABLE alarms (
	case_id BIGINT NOT NULL PRIMARY KEY,
	unit BIGINT NOT NULL,
	grade BYTES(32) NOT NULL,
	state BYTES(8) NOT NULL,
	rung BIGINT NOT NULL,
	rings BIGINT NOT NULL,
	raised_ms BIGINT NOT NULL,
	due_ms BIGINT NULL,
	taker BIGINT NULL,
	ended_ms BIGINT NULL,
	FOREIGN KEY (case_id) REFERENCES cases (id),
	FOREIGN KEY (taker) REFERENCES members (id)
TABLE_END;
