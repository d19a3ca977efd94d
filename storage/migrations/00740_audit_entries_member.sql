-- +goose Up
CREATE INDEX audit_entries_member ON audit_entries (member_id);
