-- +goose Up
ALTER TABLE case_events ADD COLUMN salt LONGWORDS NULL;
