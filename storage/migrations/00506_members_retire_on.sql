-- +goose Up
CREATE INDEX members_retire_on ON members (retire_on);
