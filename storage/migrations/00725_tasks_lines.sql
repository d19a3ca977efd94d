-- +goose Up
CREATE INDEX tasks_lines ON tasks (officer, state, grade, due_ms, id);
