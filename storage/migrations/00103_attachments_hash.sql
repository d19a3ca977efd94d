-- +goose Up
CREATE INDEX attachments_hash ON attachments (hash);
