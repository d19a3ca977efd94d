-- +goose Up
ALTER TABLE roster_stage ADD COLUMN contract_until BYTES(10) NULL;
