-- +goose Up
CREATE UNIQUE INDEX fund_entries_case ON fund_entries (case_id, kind);
