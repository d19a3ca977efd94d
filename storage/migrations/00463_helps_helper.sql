-- +goose Up
CREATE INDEX helps_helper ON helps (helper, state, asked_ms);
