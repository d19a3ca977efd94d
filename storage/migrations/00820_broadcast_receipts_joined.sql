-- +goose Up
ALTER TABLE broadcast_receipts ADD COLUMN joined_ms BIGINT NULL;
