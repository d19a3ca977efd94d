-- +goose Up
CREATE INDEX outbox_claim ON outbox (state, unhurried, due_ms, part);
