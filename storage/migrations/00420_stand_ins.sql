-- +goose Up
CREATE TABLE stand_ins (
	id BIGINT NOT NULL PRIMARY KEY,
	absent BIGINT NOT NULL,
	stands_in BIGINT NOT NULL,
	from_day BYTES(10) NOT NULL,
	to_day BYTES(10) NOT NULL,
	state BYTES(12) NOT NULL,
	moved INTEGER NOT NULL,
	given_back INTEGER NOT NULL,
	asked_ms BIGINT NOT NULL,
	answered_ms BIGINT NULL,
	ended_ms BIGINT NULL,
	FOREIGN KEY (absent) REFERENCES members (id),
	FOREIGN KEY (stands_in) REFERENCES members (id)
TABLE_END;
