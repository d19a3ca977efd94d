-- +goose Up
CREATE INDEX audit_entries_case ON audit_entries (case_id);
