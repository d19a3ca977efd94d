-- +goose Up
CREATE INDEX talks_last_holder ON talks (last_holder, first_ms);
