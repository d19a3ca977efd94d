-- +goose Up
CREATE TABLE alarm_people (
	case_id BIGINT NOT NULL,
	member_id BIGINT NOT NULL,
	part BYTES(8) NOT NULL,
	ring BIGINT NOT NULL,
	at_ms BIGINT NOT NULL,
	PRIMARY KEY (case_id, member_id, part),
	FOREIGN KEY (case_id) REFERENCES cases (id),
	FOREIGN KEY (member_id) REFERENCES members (id)
TABLE_END;
