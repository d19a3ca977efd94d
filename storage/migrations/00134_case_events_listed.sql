-- +goose Up
ALTER TABLE case_events ADD COLUMN listed INTEGER NULL;
