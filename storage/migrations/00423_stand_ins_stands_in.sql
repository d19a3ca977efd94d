-- +goose Up
CREATE INDEX stand_ins_stands_in ON stand_ins (stands_in, state);
