-- +goose Up
CREATE TABLE failed_moves (
	case_id BIGINT NOT NULL PRIMARY KEY,
	moves BIGINT NOT NULL,
	tries BIGINT NOT NULL,
	since_ms BIGINT NOT NULL,
	again_ms BIGINT NOT NULL,
	FOREIGN KEY (case_id) REFERENCES cases (id)
TABLE_END;
