-- +goose Up
CREATE INDEX unsealings_until ON unsealings (until_ms);
