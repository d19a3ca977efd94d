-- +goose Up
CREATE INDEX likeness_filed ON likeness (filed_ms);
