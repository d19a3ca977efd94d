package service_test

import (
	"strings"
	"testing"

	"github.com/unionbot/unionbot/union/service"
)

const sharedForm = `    ask: 您建议怎么做?
  - {name: authors, kind: members, shares: true, optional: true, label: 共同提出人, ask: '还有谁?'}
`

func TestSharesAreAskedWhereTheyCanBeHeld(t *testing.T) {
	shared := strings.Replace(small, "    ask: 您建议怎么做?\n", sharedForm, 1)
	s, err := service.Parse("idea", []byte(shared))
	if err != nil {
		t.Fatal(err)
	}
	if field, ok := s.ShareField(); !ok || field.Name != "authors" {
		t.Errorf("the share field is %+v", field)
	}
	if graph := service.Graph(s); !strings.Contains(graph, "共同提出人 (optional, with shares)") {
		t.Errorf("the graph does not tell of shares:\n%s", graph)
	}
	for _, c := range []struct{ old, new, want string }{
		{"kind: members", "kind: member", "form[2].shares: is for fields of kind members"},
		{"shares: true", "shares: true, others: true", "form[2].shares: the author is among those who share"},
		{"optional: true, ", "", "form[2].shares: a field of co-authors is optional"},
		{"ask: '还有谁?'}", "ask: '还有谁?'}\n  - {name: more, kind: members, shares: true, optional: true, label: 还有, ask: '还有谁?'}", "form[3].shares: one field of the form says it: authors"},
	} {
		if _, err := service.Parse("idea", []byte(strings.Replace(shared, c.old, c.new, 1))); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", c.new, err)
		}
	}
}

func TestSharesAreAHundredOfDifferentMembers(t *testing.T) {
	for _, c := range []struct {
		ref  service.Ref
		want bool
	}{
		{service.Ref{IDs: []int64{1, 2}, Shares: []int{60, 40}}, true},
		{service.Ref{IDs: []int64{1, 2, 3}, Shares: service.EqualShares(3)}, true},
		{service.Ref{IDs: []int64{1, 2}, Shares: []int{60, 41}}, false},
		{service.Ref{IDs: []int64{1, 1}, Shares: []int{60, 40}}, false},
		{service.Ref{IDs: []int64{1, 2}, Shares: []int{100, 0}}, false},
		{service.Ref{IDs: []int64{1, 2}, Shares: []int{100}}, false},
		{service.Ref{IDs: []int64{1}, Shares: []int{100}}, false},
	} {
		if got := c.ref.SharesFit(); got != c.want {
			t.Errorf("%+v fits: %v", c.ref, got)
		}
	}
}
