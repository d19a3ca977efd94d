-- +goose Up
CREATE INDEX members_lunar ON members (lunar_md);
