-- +goose Up
CREATE TABLE awards (
	case_id BIGINT NOT NULL,
	member_id BIGINT NOT NULL,
	service BYTES(32) NOT NULL,
	number BYTES(16) NOT NULL,
	fund BYTES(32) NOT NULL,
	share INTEGER NOT NULL,
	fen BIGINT NOT NULL,
	at_ms BIGINT NOT NULL,
	PRIMARY KEY (case_id, member_id),
	FOREIGN KEY (case_id) REFERENCES cases (id),
	FOREIGN KEY (member_id) REFERENCES members (id)
TABLE_END;
