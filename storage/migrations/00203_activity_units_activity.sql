-- +goose Up
CREATE INDEX activity_units_activity ON activity_units (activity_id);
