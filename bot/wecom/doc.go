// Package wecom is the adapter to WeCom (企业微信): callbacks of one app come in as bot messages, and what the bot says
// goes out as passive replies, app messages and template cards. It decides nothing about what is said and keeps
// nothing; platform rules (lengths, encodings, error codes) end here and are known nowhere else.
package wecom
