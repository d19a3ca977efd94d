-- +goose Up
CREATE INDEX stand_ins_absent ON stand_ins (absent, state);
