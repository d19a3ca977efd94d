-- +goose Up
CREATE INDEX bind_warnings_warned ON bind_warnings (warned_ms);
