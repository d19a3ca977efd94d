-- +goose Up
CREATE UNIQUE INDEX identities_member ON identities (member_id, channel);
