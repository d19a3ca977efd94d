-- +goose Up
CREATE INDEX talks_ended ON talks (ended_ms);
