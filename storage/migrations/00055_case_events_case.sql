-- +goose Up
CREATE INDEX case_events_case ON case_events (case_id, version);
