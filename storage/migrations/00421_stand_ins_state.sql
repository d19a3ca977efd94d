-- +goose Up
CREATE INDEX stand_ins_state ON stand_ins (state);
