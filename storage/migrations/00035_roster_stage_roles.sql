-- +goose Up
CREATE TABLE roster_stage_roles (
	run BIGINT NOT NULL,
	line_no INTEGER NOT NULL,
	role BYTES(32) NOT NULL,
	org_id BIGINT NOT NULL,
	PRIMARY KEY (run, line_no, role, org_id)
TABLE_END;
