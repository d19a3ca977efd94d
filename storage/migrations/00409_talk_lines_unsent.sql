-- +goose Up
CREATE INDEX talk_lines_unsent ON talk_lines (unsent);
