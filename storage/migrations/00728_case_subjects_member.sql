-- +goose Up
CREATE INDEX case_subjects_member ON case_subjects (member_id, at_ms);
