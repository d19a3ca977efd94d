-- +goose Up
ALTER TABLE drafts ADD COLUMN warned_ms BIGINT NULL;
