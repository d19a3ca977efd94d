-- +goose Up
CREATE INDEX talks_due ON talks (due_ms);
