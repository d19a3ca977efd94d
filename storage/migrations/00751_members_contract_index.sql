-- +goose Up
CREATE INDEX members_contract_until ON members (contract_until);
