-- +goose Up
CREATE INDEX standings_case ON standings (case_id);
