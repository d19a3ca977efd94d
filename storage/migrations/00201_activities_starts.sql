-- +goose Up
CREATE INDEX activities_starts ON activities (starts_ms);
