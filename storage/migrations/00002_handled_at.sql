-- +goose Up
CREATE INDEX handled_at ON handled (at_ms);
