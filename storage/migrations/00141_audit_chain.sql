-- +goose Up
CREATE TABLE audit_chain (
	place BIGINT NOT NULL PRIMARY KEY,
	source BYTES(8) NOT NULL,
	entry_id BIGINT NOT NULL,
	case_id BIGINT NULL,
	case_place BIGINT NULL,
	digest BYTES(64) NOT NULL,
	signature BYTES(72) NOT NULL
TABLE_END;
