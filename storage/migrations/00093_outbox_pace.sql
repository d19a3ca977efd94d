-- +goose Up
CREATE INDEX outbox_pace ON outbox (to_user, begun_ms);
