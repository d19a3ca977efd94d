-- +goose Up
ALTER TABLE cases ADD COLUMN urged_ms BIGINT NULL;
