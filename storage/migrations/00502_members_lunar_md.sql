-- +goose Up
ALTER TABLE members ADD COLUMN lunar_md BYTES(5) GENERATED ALWAYS AS (SUBSTR(lunar_birthday, -5, 5)) VIRTUAL;
