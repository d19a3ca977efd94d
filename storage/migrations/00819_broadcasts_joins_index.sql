-- +goose Up
CREATE INDEX broadcasts_joins ON broadcasts (joins_ms);
