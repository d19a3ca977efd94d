// Package officialaccount is the adapter to a WeChat Official Account (微信公众号): callbacks come in as bot messages, in
// plain, compatible and safe mode, and what the bot says goes out as passive replies and, within what the platform
// allows, as customer-service and template messages. It decides nothing about what is said and keeps nothing; platform
// rules end here and are known nowhere else.
package officialaccount
