-- +goose Up
CREATE INDEX tasks_case ON tasks (case_id);
