-- +goose Up
CREATE INDEX alarms_due ON alarms (due_ms);
