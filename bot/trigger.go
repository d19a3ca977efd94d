package bot

import "strings"

// Trigger is something that begins a flow. Two flows must not share one.
type Trigger struct {
	kind  triggerKind
	value string
}

type triggerKind string

const (
	byWord   triggerKind = "word"
	byPhrase triggerKind = "phrase"
	byMenu   triggerKind = "menu"
	byTap    triggerKind = "tap"
	byKind   triggerKind = "kind"
)

// OnWord begins a flow by an engine word.
func OnWord(w Word) Trigger { return Trigger{byWord, string(w)} }

// OnPhrase begins a flow by a whole message, in any width and case.
func OnPhrase(phrase string) Trigger { return Trigger{byPhrase, fold(phrase)} }

// OnMenu begins a flow by menu entries whose key is the prefix, or begins with the prefix and a colon.
func OnMenu(prefix string) Trigger { return Trigger{byMenu, prefix} }

// OnTap begins a flow by taps on cards whose key is the prefix, or begins with the prefix and a colon.
func OnTap(prefix string) Trigger { return Trigger{byTap, prefix} }

// OnKind begins a flow by events of a kind: KindFollow, KindEnter.
func OnKind(k Kind) Trigger { return Trigger{byKind, string(k)} }

func (t Trigger) String() string { return string(t.kind) + " " + t.value }

// prefixed cuts the trigger's part from a key: "case:accept:7" is found under "case".
func prefixed(key string) string {
	prefix, _, _ := strings.Cut(key, ":")
	return prefix
}
