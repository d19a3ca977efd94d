-- +goose Up
CREATE INDEX greetings_week ON greetings (member_id, send_ms, state);
