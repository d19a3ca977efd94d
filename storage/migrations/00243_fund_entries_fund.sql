-- +goose Up
CREATE INDEX fund_entries_fund ON fund_entries (fund, at_ms);
