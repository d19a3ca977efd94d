-- +goose Up
CREATE INDEX bind_guesses_since ON bind_guesses (since_ms);
