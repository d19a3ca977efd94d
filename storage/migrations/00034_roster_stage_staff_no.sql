-- +goose Up
CREATE INDEX roster_stage_staff_no ON roster_stage (run, staff_no);
