-- +goose Up
ALTER TABLE members ADD COLUMN contract_until BYTES(10) NOT NULL DEFAULT '';
