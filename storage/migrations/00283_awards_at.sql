-- +goose Up
CREATE INDEX awards_at ON awards (at_ms, case_id);
