-- +goose Up
CREATE UNIQUE INDEX organisations_lineage ON organisations (lineage);
