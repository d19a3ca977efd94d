-- +goose Up
CREATE INDEX greetings_due ON greetings (state, send_ms);
