-- +goose Up
CREATE TABLE case_copies (
	case_id BIGINT NOT NULL,
	member_id BIGINT NOT NULL,
	from_member BIGINT NOT NULL,
	sent_ms BIGINT NOT NULL,
	read_ms BIGINT NULL,
	PRIMARY KEY (case_id, member_id),
	FOREIGN KEY (case_id) REFERENCES cases (id)
TABLE_END;
