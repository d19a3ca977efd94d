-- +goose Up
CREATE UNIQUE INDEX checkups_member ON checkups (member_id, kind, due_on);
