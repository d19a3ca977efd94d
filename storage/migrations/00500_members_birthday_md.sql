-- +goose Up
ALTER TABLE members ADD COLUMN birthday_md BYTES(5) GENERATED ALWAYS AS (SUBSTR(birthday, 6, 5)) VIRTUAL;
