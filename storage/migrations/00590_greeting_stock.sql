-- +goose Up
CREATE TABLE greeting_stock (
	gift BYTES(24) NOT NULL,
	year INTEGER NOT NULL,
	taken INTEGER NOT NULL,
	PRIMARY KEY (gift, year)
TABLE_END;
