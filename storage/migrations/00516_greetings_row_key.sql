-- +goose Up
CREATE INDEX greetings_row_key ON greetings (row_key);
