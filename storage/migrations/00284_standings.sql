-- +goose Up
CREATE TABLE standings (
	service BYTES(32) NOT NULL,
	unit BIGINT NOT NULL,
	period BYTES(7) NOT NULL,
	org_id BIGINT NOT NULL,
	case_id BIGINT NOT NULL,
	fen BIGINT NOT NULL,
	base_fen BIGINT NOT NULL,
	PRIMARY KEY (service, unit, period, org_id),
	FOREIGN KEY (org_id) REFERENCES organisations (id),
	FOREIGN KEY (case_id) REFERENCES cases (id)
TABLE_END;
