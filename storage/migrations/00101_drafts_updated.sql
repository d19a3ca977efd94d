-- +goose Up
CREATE INDEX drafts_updated ON drafts (updated_ms);
