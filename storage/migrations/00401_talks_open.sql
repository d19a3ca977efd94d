-- +goose Up
CREATE UNIQUE INDEX talks_open ON talks (open_worker);
