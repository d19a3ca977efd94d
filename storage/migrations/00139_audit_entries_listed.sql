-- +goose Up
CREATE INDEX audit_entries_listed ON audit_entries (listed);
