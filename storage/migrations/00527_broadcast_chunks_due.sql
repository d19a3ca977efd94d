-- +goose Up
CREATE INDEX broadcast_chunks_due ON broadcast_chunks (broadcast_id, state, due_ms);
