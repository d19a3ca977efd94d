-- +goose Up
CREATE INDEX broadcast_receipts_state ON broadcast_receipts (broadcast_id, state);
