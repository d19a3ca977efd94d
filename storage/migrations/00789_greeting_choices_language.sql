-- +goose Up
ALTER TABLE greeting_choices ADD COLUMN language BYTES(5) NOT NULL DEFAULT '';
