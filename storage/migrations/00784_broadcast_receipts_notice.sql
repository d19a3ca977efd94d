-- +goose Up
ALTER TABLE broadcast_receipts ADD COLUMN notice_id BYTES(40) NULL;
