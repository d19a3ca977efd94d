-- +goose Up
ALTER TABLE broadcasts ADD COLUMN run_day BYTES(10) NOT NULL DEFAULT '';
