-- +goose Up
CREATE INDEX broadcasts_state ON broadcasts (state, ended_ms);
