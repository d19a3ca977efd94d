-- +goose Up
ALTER TABLE roster_stage ADD COLUMN tags WORDS(200) NULL;
