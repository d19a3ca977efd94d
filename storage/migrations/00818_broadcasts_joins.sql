-- +goose Up
ALTER TABLE broadcasts ADD COLUMN joins_ms BIGINT NULL;
