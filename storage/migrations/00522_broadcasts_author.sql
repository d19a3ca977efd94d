-- +goose Up
CREATE INDEX broadcasts_author ON broadcasts (author);
