-- +goose Up
DROP INDEX tasks_lines INDEX_OF tasks;
