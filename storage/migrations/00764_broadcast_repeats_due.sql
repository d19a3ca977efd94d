-- +goose Up
CREATE INDEX broadcast_repeats_due ON broadcast_repeats (goes_on, next_day);
