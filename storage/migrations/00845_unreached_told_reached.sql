-- +goose Up
ALTER TABLE unreached_told ADD COLUMN reached_ms BIGINT NULL;
