-- +goose Up
ALTER TABLE roster_stage ADD COLUMN family BYTES(200) NULL;
