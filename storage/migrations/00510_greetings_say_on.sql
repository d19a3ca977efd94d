-- +goose Up
CREATE INDEX greetings_say_on ON greetings (say_on, state);
