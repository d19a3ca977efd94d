-- +goose Up
CREATE INDEX talk_lines_talk ON talk_lines (talk_id, id);
