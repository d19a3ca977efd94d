-- +goose Up
CREATE INDEX case_shields_member ON case_shields (member_id);
