package service

import (
	"strings"
	"testing"
)

func TestWhoFilesReadsTheFirstWishThatFits(t *testing.T) {
	wishing := strings.Replace(shielding, "understand:", "wishes:\n  - {when: 'bad && for_whom == \"self\"', say: 早日康复。}\n  - {when: 'for_whom == \"other\"', say: 谢谢。}\nunderstand:", 1)
	s, err := Parse("zz", []byte(wishing))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ whom, bad, want string }{
		{`"self"`, "true", "早日康复。"}, {`"other"`, "true", "谢谢。"}, {`"self"`, "false", ""}, {"", "", ""},
	} {
		facts := s.Facts(func(field string) (Answer, bool) {
			raw := map[string]string{"for_whom": c.whom, "bad": c.bad}[field]
			return Answer{Text: raw, Raw: []byte(raw)}, raw != ""
		})
		if got := s.WishFor(facts).ZH; got != c.want {
			t.Errorf("%s, %s is wished %q, want %q", c.whom, c.bad, got, c.want)
		}
	}
	for by, want := range map[string]string{
		"{when: 'worse', say: 早}": "wishes[1].when", "{say: 早}": "wishes[1].when: is missing", "{when: 'bad'}": "wishes[1].say",
	} {
		_, err := Parse("zz", []byte(strings.Replace(wishing, "{when: 'bad && for_whom == \"self\"', say: 早日康复。}", by, 1)))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", by, err)
		}
	}
}
