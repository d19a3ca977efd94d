-- +goose Up
CREATE INDEX members_phone_digest ON members (phone_digest);
