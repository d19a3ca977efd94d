-- +goose Up
CREATE INDEX checkups_next ON checkups (next_ms);
