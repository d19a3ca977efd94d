-- +goose Up
CREATE UNIQUE INDEX talks_number ON talks (holder, number);
