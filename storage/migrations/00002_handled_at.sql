-- +goose Up
CREATE INDEX handled_at ON handled (state, at_ms);
