-- +goose Up
CREATE INDEX parked_person ON parked (channel, person, told_ms);
