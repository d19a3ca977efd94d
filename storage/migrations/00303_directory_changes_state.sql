-- +goose Up
CREATE INDEX directory_changes_state ON directory_changes (state, noted_ms);
