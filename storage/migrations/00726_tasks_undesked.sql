-- +goose Up
DROP INDEX tasks_desk INDEX_OF tasks;
