-- +goose Up
CREATE INDEX co_authors_member ON co_authors (member_id, at_ms);
