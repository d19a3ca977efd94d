-- +goose Up
CREATE INDEX talks_opened ON talks (opened_ms);
