package platform

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
)

// Error is a refusal that the platform put into words. Code decides; the message changes and is only logged.
type Error struct {
	API     string
	Code    int
	Message string
}

func (e *Error) Error() string {
	return fmt.Sprintf("%s: errcode %d: %s", e.API, e.Code, Redact(e.Message))
}

// Outage is a call without an answer that could be understood.
type Outage struct {
	// Unsent is true when it is certain that the platform did not get the request.
	Unsent bool
	Err    error
}

func (e *Outage) Error() string { return "no answer: " + Redact(e.Err.Error()) }

// Unwrap returns the cause.
func (e *Outage) Unwrap() error { return e.Err }

var secretParameter = regexp.MustCompile(`(?i)\b(access_token|corpsecret|appsecret|secret|code)(=|"\s*:\s*")[^&"\s]*`)

// Redact removes the values of access_token, corpsecret, secret, appsecret and code from a text that may hold a URL
// or a body.
func Redact(text string) string { return secretParameter.ReplaceAllString(text, "$1$2***") }

// withoutURL drops the URL that net/http puts before the cause of an error, for the token stands in it.
func withoutURL(err error) error {
	var named *url.Error
	if errors.As(err, &named) {
		return named.Err
	}
	return err
}
