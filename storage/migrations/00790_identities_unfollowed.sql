-- +goose Up
ALTER TABLE identities ADD COLUMN unfollowed_ms BIGINT NULL;
