-- +goose Up
ALTER TABLE audit_entries ADD COLUMN erased_ms BIGINT NULL;
