package platform

import (
	"errors"
	"testing"
)

func FuzzUnderstand(f *testing.F) {
	for _, answer := range []string{`{"errcode":0,"errmsg":"ok","msgid":"1"}`, `{"errcode":42001,"errmsg":"expired"}`, `{"errcode":"0"}`, `[]`, ``, `<html>`} {
		f.Add([]byte(answer))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		answer, err := understand("path", raw)
		var refused *Error
		var outage *Outage
		if err != nil && !errors.As(err, &refused) && !errors.As(err, &outage) {
			t.Errorf("%v is neither a refusal nor an outage", err)
		}
		if err == nil && string(answer.Body) != string(raw) {
			t.Error("the answer is changed")
		}
	})
}
