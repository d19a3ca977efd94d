-- +goose Up
CREATE INDEX alarms_unit ON alarms (unit, raised_ms);
