-- +goose Up
CREATE INDEX cases_filed ON cases (filed_ms);
