-- +goose Up
CREATE INDEX tasks_desk ON tasks (officer, state, grade, due_ms);
