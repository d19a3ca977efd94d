package cases

import (
	"testing"

	"github.com/unionbot/unionbot/union/service"
)

const loss = `
prefix: SS
title: 损失
short: 损失
understand: {phrases: [报损失]}
form:
  - {name: what, kind: text, label: 什么, ask: 丢了什么}
  - {name: seen, kind: yes_no, label: 有照片, ask: 有照片吗}
  - {name: photos, kind: pictures, label: 照片, ask: 请发照片, when: seen, max: 3}
sums:
  - {name: pay, label: 补, value: 'yuan(photos)'}
summary: {title: '{what}'}
review:
  - {name: first, title: 核对, who: {role: branch_chair, otherwise: [chair]}, days: 3, acts: [{act: accept, word: 受理}]}
words: {filed: '{number}', accepted: '{number}', withdrawn: '{number}'}
`

func TestPicturesThatCeasedToBelongAreNotFiled(t *testing.T) {
	s, err := service.Parse("loss", []byte(loss))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		seen     string
		pictures int
		pay      string
	}{{"true", 2, "200"}, {"false", 0, "0"}} {
		d := Draft{Values: map[string]Value{"what": {Text: "伞"}, "seen": {Text: "x", Raw: []byte(c.seen)}}, Pictures: []ID{1, 2}}
		sums, err := d.Sums(s)
		if got := d.Filed(s).Pictures; len(got) != c.pictures || err != nil || string(sums["pay"].Raw) != c.pay {
			t.Errorf("seen %s: files %v, pays %s, %v", c.seen, got, sums["pay"].Raw, err)
		}
	}
}
