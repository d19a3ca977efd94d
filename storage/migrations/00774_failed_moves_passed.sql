-- +goose Up
ALTER TABLE failed_moves ADD COLUMN passed BIGINT NOT NULL DEFAULT 0;
