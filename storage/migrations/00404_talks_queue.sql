-- +goose Up
CREATE INDEX talks_queue ON talks (state, opened_ms);
