package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
)

// branchSize is how many members a branch has beside its chair, who decides what they file.
const branchSize = 80

// people are who speaks: members, and the chairs of their branches.
type people struct{ members, chairs []string }

// writePeople makes a union of so many members and writes it as a members file.
func writePeople(file string, members int) (people, error) {
	var all people
	var b strings.Builder
	b.WriteString("staff_no,name,organisation,wecom_userid,roles\n")
	branch := 0
	for i := range members {
		if i%branchSize == 0 {
			branch++
			chair := fmt.Sprintf("chair%04d", branch)
			fmt.Fprintf(&b, "C%06d,李主席,集团公司/第%d分厂,%s,branch_chair\n", branch, branch, chair)
			all.chairs = append(all.chairs, chair)
		}
		user := fmt.Sprintf("bench%06d", i+1)
		fmt.Fprintf(&b, "B%06d,张师傅,集团公司/第%d分厂/%d班,%s,\n", i+1, branch, i%branchSize/20+1, user)
		all.members = append(all.members, user)
	}
	if err := os.WriteFile(file, []byte(b.String()), 0o600); err != nil {
		return people{}, fmt.Errorf("write members: %w", err)
	}
	return all, nil
}

// proposal is a sentence like no other one, for a suggestion that is like an earlier one leads to a question, and is
// another turn. By its beginning it is a matter of safety, else that is asked. Its characters are drawn from all there
// are, every second one from those that no dictionary of everyday words knows: two of the others side by side are 自杀
// once in some 100,000 sentences, and that is answered by whoever can help.
func proposal() string {
	text := []rune("防滑倒")
	for range 12 {
		text = append(text, between(0x4E00, 0x9FA5), between(0x3400, 0x4DB5))
	}
	return string(text)
}

func between(first, last rune) rune { return first + rand.N(last-first+1) }
