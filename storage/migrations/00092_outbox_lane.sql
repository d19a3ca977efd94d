-- +goose Up
CREATE INDEX outbox_lane ON outbox (lane, state, created_ms);
