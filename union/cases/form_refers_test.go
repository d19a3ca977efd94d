package cases

import (
	"testing"

	"github.com/unionbot/unionbot/union/service"
)

func TestWhatAFormNamesIsLookedAtAgainWhenItIsFiled(t *testing.T) {
	members := service.Field{Kind: service.KindMembers, Others: true, Min: 1, Max: 2}
	place := service.Field{Kind: service.KindPlace, Max: 3}
	for _, c := range []struct {
		field service.Field
		value Value
		want  bool
	}{
		{members, Value{Text: "甲", Raw: []byte(`{"ids":[2]}`)}, true},
		{members, Value{Text: "甲、乙", Raw: []byte(`{"ids":[2,7]}`)}, false}, // 7 is the author
		{members, Value{Text: "三位", Raw: []byte(`{"ids":[2,3,4]}`)}, false},
		{members, Value{Text: "甲"}, false},
		{place, Value{Text: "东门"}, true},
		{place, Value{Text: "东门外面"}, false},
		{place, Value{Text: "三车间/3号行车", Raw: []byte(`{"place":"crane_3"}`)}, true},
	} {
		if got := refers(c.field, c.value, 7); got != c.want {
			t.Errorf("%s %s %s: %t", c.field.Kind, c.value.Text, c.value.Raw, got)
		}
	}
}
