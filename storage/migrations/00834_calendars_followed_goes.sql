-- +goose Up
DROP TABLE calendars_followed;
