-- +goose Up
CREATE INDEX talk_lines_member ON talk_lines (member_id, number);
