-- +goose Up
ALTER TABLE talks ADD COLUMN nexts_in_time BIGINT NOT NULL DEFAULT 0;
