-- +goose Up
CREATE INDEX helps_case ON helps (case_id, asked_ms);
