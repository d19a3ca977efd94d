-- +goose Up
CREATE INDEX drafts_owner ON drafts (owner, state, updated_ms);
