-- +goose Up
CREATE INDEX tasks_ranked ON tasks (officer, state, grade, missed, due_ms, id);
