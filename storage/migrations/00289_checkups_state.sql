-- +goose Up
CREATE INDEX checkups_state ON checkups (state, due_on);
