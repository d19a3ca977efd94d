-- +goose Up
CREATE INDEX activity_people_member ON activity_people (member_id);
