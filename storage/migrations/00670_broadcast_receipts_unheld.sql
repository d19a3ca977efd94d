-- +goose Up
DROP INDEX broadcast_receipts_held INDEX_OF broadcast_receipts;
