-- +goose Up
CREATE INDEX outbox_due ON outbox (state, due_ms);
