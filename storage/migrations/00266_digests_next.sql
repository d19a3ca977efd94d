-- +goose Up
CREATE INDEX digests_next ON digests (next_ms);
