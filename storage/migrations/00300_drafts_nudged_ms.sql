-- +goose Up
ALTER TABLE drafts ADD COLUMN nudged_ms BIGINT NULL;
