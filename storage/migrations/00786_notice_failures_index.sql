-- +goose Up
CREATE INDEX notice_failures_at ON notice_failures (at_ms);
