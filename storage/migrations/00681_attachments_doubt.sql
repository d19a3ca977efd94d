-- +goose Up
ALTER TABLE attachments ADD COLUMN doubt BYTES(8) NOT NULL DEFAULT '';
