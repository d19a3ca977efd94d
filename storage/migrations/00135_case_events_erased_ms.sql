-- +goose Up
ALTER TABLE case_events ADD COLUMN erased_ms BIGINT NULL;
