-- +goose Up
CREATE INDEX clocks_wake ON clocks (wake_ms);
