-- +goose Up
CREATE INDEX broadcast_receipts_held ON broadcast_receipts (state, changed_ms);
