-- +goose Up
CREATE INDEX role_holdings_role ON role_holdings (role, org_id);
