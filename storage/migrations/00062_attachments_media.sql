-- +goose Up
CREATE UNIQUE INDEX attachments_media ON attachments (owner, media_key);
