-- +goose Up
CREATE INDEX activity_entries_state ON activity_entries (activity_id, state, place);
