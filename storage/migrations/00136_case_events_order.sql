-- +goose Up
CREATE UNIQUE INDEX case_events_order ON case_events (case_id, place);
