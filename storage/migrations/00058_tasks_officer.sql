-- +goose Up
CREATE INDEX tasks_officer ON tasks (officer, state, due_ms);
