-- +goose Up
CREATE UNIQUE INDEX greetings_member ON greetings (member_id, occasion, year);
