-- +goose Up
CREATE INDEX inbox_until ON inbox (until_ms);
