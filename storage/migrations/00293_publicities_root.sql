-- +goose Up
CREATE INDEX publicities_root ON publicities (root, closed_ms, until_ms);
