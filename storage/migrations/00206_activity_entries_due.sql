-- +goose Up
CREATE INDEX activity_entries_due ON activity_entries (due_ms);
