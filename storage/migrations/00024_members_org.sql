-- +goose Up
CREATE INDEX members_org ON members (org_id);
