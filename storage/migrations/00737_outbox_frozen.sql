-- +goose Up
ALTER TABLE outbox ADD COLUMN frozen_ms BIGINT NULL;
