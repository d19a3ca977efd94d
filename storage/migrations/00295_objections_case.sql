-- +goose Up
CREATE INDEX objections_case ON objections (case_id, at_ms);
