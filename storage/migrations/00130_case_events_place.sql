-- +goose Up
ALTER TABLE case_events ADD COLUMN place BIGINT NULL;
