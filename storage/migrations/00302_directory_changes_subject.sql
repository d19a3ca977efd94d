-- +goose Up
CREATE INDEX directory_changes_subject ON directory_changes (subject, at_ms);
