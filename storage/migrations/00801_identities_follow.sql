-- +goose Up
ALTER TABLE identities ADD COLUMN follow_ms BIGINT NULL;
