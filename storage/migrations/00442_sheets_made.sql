-- +goose Up
CREATE INDEX sheets_made ON sheets (made_ms);
