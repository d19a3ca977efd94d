-- +goose Up
CREATE INDEX attachments_case ON attachments (case_id);
