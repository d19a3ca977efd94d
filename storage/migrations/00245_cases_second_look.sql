-- +goose Up
ALTER TABLE cases ADD COLUMN second_look_ms BIGINT NULL;
