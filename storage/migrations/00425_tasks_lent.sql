-- +goose Up
CREATE INDEX tasks_lent ON tasks (in_place_of, state);
