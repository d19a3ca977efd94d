-- +goose Up
CREATE INDEX case_events_listed ON case_events (listed);
