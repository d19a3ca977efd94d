-- +goose Up
CREATE INDEX talks_worker ON talks (worker, ended_ms);
