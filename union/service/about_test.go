package service_test

import (
	"strings"
	"testing"

	"github.com/unionbot/unionbot/union/service"
)

// What is about a member is deleted with their data: about is refused where nobody would find it, or where another is in it too.
func TestAboutIsRefusedWhereItWouldDoNothing(t *testing.T) {
	const field = "  - {name: person, kind: member, about: true, label: 谁, ask: '谁?'}\n"
	asked := strings.NewReplacer("summary:\n", field+"summary:\n")
	if _, err := service.Parse("idea", []byte(asked.Replace(small))); err != nil {
		t.Errorf("of one member: %v", err)
	}
	const officers = "form: [{name: who, kind: members, about: true, label: 谁, ask: '谁?'}]"
	for want, text := range map[string]string{
		"form[3].about: is for fields of kind member\n":         strings.Replace(asked.Replace(small), "kind: member,", "kind: members,", 1),
		"form[3].about: nobody finds a sealed case":             strings.NewReplacer("prefix: HL", "sealed: true", "{name} {reason}", "{reason}").Replace(asked.Replace(small)),
		"acts[1].form[1].about: is for fields of kind member\n": strings.Replace(small, "{act: accept, word: 受理}", "{act: accept, word: 受理, "+officers+"}", 1),
	} {
		if _, err := service.Parse("idea", []byte(text)); err == nil || !strings.Contains(err.Error()+"\n", want) {
			t.Errorf("want %q, got %v", want, err)
		}
	}
	if _, err := withLater("{name: number, kind: bank_card,", "{name: number, kind: bank_card, about: true,"); err == nil || !strings.Contains(err.Error(), "later[2].about: is for fields of kind member") {
		t.Errorf("asked later: %v", err)
	}
}
