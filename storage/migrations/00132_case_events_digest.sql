-- +goose Up
ALTER TABLE case_events ADD COLUMN digest BYTES(64) NULL;
