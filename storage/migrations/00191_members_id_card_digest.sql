-- +goose Up
CREATE INDEX members_id_card_digest ON members (id_card_digest);
