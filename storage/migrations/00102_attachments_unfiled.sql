-- +goose Up
CREATE INDEX attachments_unfiled ON attachments (case_id, created_ms);
