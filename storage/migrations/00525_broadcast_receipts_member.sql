-- +goose Up
CREATE INDEX broadcast_receipts_member ON broadcast_receipts (member_id, counts_ms);
