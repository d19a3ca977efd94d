-- +goose Up
ALTER TABLE failed_moves ADD COLUMN cause WORDS(190) NOT NULL DEFAULT '';
