package audit

import (
	"testing"
	"time"
)

// What was signed years ago must be found unchanged by every later version.
func TestDigestsStayWhatTheyAre(t *testing.T) {
	salt := []byte("0123456789abcdef")
	e := Event{
		Case: 7, Version: 2, At: time.UnixMilli(1795440000123).UTC(), Actor: 11, Name: "李芳", Kind: "refused", Step: "first",
		Note: "已有护栏", Other: "",
	}
	if got, want := e.Digest(salt), "eaf6a32df55e29e6a4f4a38c0b3b1ffc01dc07284b39f248325033054db7ff4a"; got != want {
		t.Errorf("digest is %s, want %s", got, want)
	}
}

func TestEveryFieldIsPartOfTheDigest(t *testing.T) {
	base := Event{Case: 1, Version: 1, At: time.UnixMilli(1).UTC(), Actor: 1, Name: "a", Kind: "b", Step: "c", Note: "d", Other: "e"}
	seen := map[string]string{base.Digest(nil): "nothing"}
	for name, change := range map[string]func(*Event){
		"case": func(e *Event) { e.Case++ }, "version": func(e *Event) { e.Version++ }, "time": func(e *Event) { e.At = e.At.Add(time.Millisecond) },
		"actor": func(e *Event) { e.Actor++ }, "name": func(e *Event) { e.Name = "x" }, "kind": func(e *Event) { e.Kind = "x" },
		"step": func(e *Event) { e.Step = "x" }, "note": func(e *Event) { e.Note = "x" }, "other": func(e *Event) { e.Other = "x" },
		"a border": func(e *Event) { e.Note, e.Other = "de", "" },
	} {
		e := base
		change(&e)
		if other, same := seen[e.Digest(nil)]; same {
			t.Errorf("changing %s gives the digest of changing %s", name, other)
		}
		seen[e.Digest(nil)] = name
	}
	if base.Digest(nil) == base.Digest([]byte("salt")) {
		t.Error("the salt is no part of the digest")
	}
}
