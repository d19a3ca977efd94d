-- +goose Up
CREATE INDEX helps_task ON helps (task_id);
