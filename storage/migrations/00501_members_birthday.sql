-- +goose Up
CREATE INDEX members_birthday ON members (birthday_md);
