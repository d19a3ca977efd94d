-- +goose Up
CREATE INDEX members_name ON members (name_key);
