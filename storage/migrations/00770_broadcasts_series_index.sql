-- +goose Up
CREATE INDEX broadcasts_series ON broadcasts (series, state);
