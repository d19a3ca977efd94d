-- +goose Up
ALTER TABLE case_events ADD COLUMN signature BYTES(72) NULL;
