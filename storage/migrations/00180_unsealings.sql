-- +goose Up
CREATE TABLE unsealings (
	id BIGINT NOT NULL PRIMARY KEY,
	first_custodian BIGINT NOT NULL,
	second_custodian BIGINT,
	body LONGWORDS NOT NULL,
	until_ms BIGINT NOT NULL
TABLE_END;
