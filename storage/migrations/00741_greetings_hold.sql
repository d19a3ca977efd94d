-- +goose Up
CREATE INDEX greetings_hold ON greetings (hold_id, state, id);
