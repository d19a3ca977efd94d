-- +goose Up
INSERT INTO roster_version (id, version) VALUES (1, 1);
