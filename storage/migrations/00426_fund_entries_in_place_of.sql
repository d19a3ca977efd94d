-- +goose Up
ALTER TABLE fund_entries ADD COLUMN in_place_of BIGINT NOT NULL DEFAULT 0;
