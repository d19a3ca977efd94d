-- +goose Up
CREATE INDEX seconds_member ON seconds (member_id, at_ms);
