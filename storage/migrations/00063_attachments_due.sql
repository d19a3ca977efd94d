-- +goose Up
CREATE INDEX attachments_due ON attachments (state, due_ms);
