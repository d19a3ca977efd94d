-- +goose Up
CREATE INDEX cases_author ON cases (author, filed_ms);
