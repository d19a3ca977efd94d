-- +goose Up
CREATE TABLE likeness (
	service BYTES(32) NOT NULL,
	root BIGINT NOT NULL,
	band BIGINT NOT NULL,
	case_id BIGINT NOT NULL,
	filed_ms BIGINT NOT NULL,
	PRIMARY KEY (service, root, band, case_id)
TABLE_END;
