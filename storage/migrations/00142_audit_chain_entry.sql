-- +goose Up
CREATE INDEX audit_chain_entry ON audit_chain (entry_id);
