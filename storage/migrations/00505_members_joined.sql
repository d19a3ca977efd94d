-- +goose Up
CREATE INDEX members_joined ON members (joined_md);
