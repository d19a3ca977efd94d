-- +goose Up
CREATE INDEX paper_chases_next ON paper_chases (next_ms);
