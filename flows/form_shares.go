package flows

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/service"
)

var (
	// nameWithShare is a name and a share that are written as one word: 王强40%, 王强占四成. A staff number has more figures.
	nameWithShare = regexp.MustCompile(`^(\p{Han}[\p{Han}·]*?)占?((?:\d{1,3})\s*[%％]?|[一二三四五六七八九\d]成)$`)
	onlyShare     = regexp.MustCompile(`^占?(\d{1,3}\s*[%％]?|[一二三四五六七八九\d]成)$`)
)

// selfWords are how the author names themselves among the others.
var selfWords = []string{"我", "本人", "自己", "我自己", "我本人"}

// nameShare is a name and the share said with it; -1 where none is.
type nameShare struct {
	name  string
	share int
}

// splitShares takes 张伟 60 王强 40 apart.
func splitShares(text string) (said []nameShare) {
	separates := func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(",，、;；:：和", r) }
	for _, part := range strings.FieldsFunc(strings.NewReplacer("各占", " ", "一半一半", " ").Replace(text), separates) {
		if m := onlyShare.FindStringSubmatch(part); m != nil && len(said) > 0 && said[len(said)-1].share < 0 {
			said[len(said)-1].share = shareOf(m[1])
			continue
		}
		one := nameShare{name: part, share: -1}
		if m := nameWithShare.FindStringSubmatch(part); m != nil {
			one = nameShare{name: m[1], share: shareOf(m[2])}
		}
		said = append(said, one)
	}
	return said
}

// shareOf reads 40, 40% and 四成.
func shareOf(text string) int {
	if tenths, ok := strings.CutSuffix(text, "成"); ok {
		if i := slices.Index([]string{"一", "二", "三", "四", "五", "六", "七", "八", "九"}, tenths); i >= 0 {
			return (i + 1) * 10
		}
		n, _ := strconv.Atoi(tenths) // one figure
		return n * 10
	}
	n, _ := strconv.Atoi(strings.TrimRight(text, "%％ ")) // three figures at most
	return n
}

const (
	saidSharesWrong = "份额加起来要正好 100。比如:张伟 60 王强 40;不写份额就是平分。"
	saidSharesHalf  = "份额要么都写,要么都不写(平分)。"
)

// hearShares understands who filed it together and which share is whose; the author is among them whether named or not.
func (f *form) hearShares(ctx context.Context, t *formTurn, field service.Field, text string) (heard, error) {
	author, err := f.people.members.Get(ctx, t.Data.Draft.Owner)
	if err != nil {
		return heard{}, fmt.Errorf("find member: %w", err)
	}
	said := splitShares(bot.Simplified(text))
	lists := []sharing{{members: []union.Member{author}, shares: []int{-1}}}
	for _, s := range said {
		found, problem := []union.Member{author}, ""
		if !slices.Contains(selfWords, s.name) && s.name != author.Name {
			if found, problem, err = f.membersCalled(ctx, t, field, s.name); err != nil {
				return heard{}, err
			}
		}
		if problem != "" {
			return heard{problem: problem}, nil
		}
		var longer []sharing
		for _, list := range lists {
			for _, m := range found {
				longer = append(longer, list.with(m, s.share))
			}
		}
		if lists = longer; len(lists) > offeredMost {
			return heard{problem: "里面有几位重名,请写工号。"}, nil
		}
	}
	return f.sharesTogether(lists, field), nil
}

// sharing is one reading of who shares, and how.
type sharing struct {
	members []union.Member
	shares  []int
}

// with is the reading with one more, or with the share of one that stands in it.
func (s sharing) with(m union.Member, share int) sharing {
	s.members, s.shares = slices.Clone(s.members), slices.Clone(s.shares)
	if i := slices.IndexFunc(s.members, func(other union.Member) bool { return other.ID == m.ID }); i >= 0 {
		s.shares[i] = share
		return s
	}
	s.members, s.shares = append(s.members, m), append(s.shares, share)
	return s
}

// settle fills in what was not said: equal shares where none was, the author's where only that one was not.
func (s sharing) settle() (problem string) {
	unsaid, sum := 0, 0
	for _, share := range s.shares {
		if share < 0 {
			unsaid++
			continue
		}
		sum += share
	}
	switch {
	case unsaid == len(s.shares):
		copy(s.shares, service.EqualShares(len(s.shares)))
		return ""
	case unsaid == 1 && s.shares[0] < 0 && sum < 100:
		s.shares[0] = 100 - sum
		return ""
	case unsaid > 1, unsaid == 1 && s.shares[0] >= 0:
		return saidSharesHalf
	case sum != 100 || unsaid > 0:
		return saidSharesWrong
	}
	return ""
}

func (f *form) sharesTogether(lists []sharing, field service.Field) heard {
	var all []cases.Value
	for _, list := range lists {
		switch {
		case len(list.members) < 2:
			return heard{problem: "还有谁?写姓名或工号;就您自己就回\"跳过\"。"}
		case len(list.members) > field.Max:
			return heard{problem: fmt.Sprintf("连您在内最多 %d 位。", field.Max)}
		}
		if problem := list.settle(); problem != "" {
			return heard{problem: problem}
		}
		ref := service.Ref{Shares: list.shares}
		var names []string
		for i, m := range list.members {
			ref.IDs = append(ref.IDs, int64(m.ID))
			names = append(names, fmt.Sprintf("%s %d%%", nameAndUnit(m), list.shares[i]))
		}
		if !ref.SharesFit() {
			return heard{problem: saidSharesWrong}
		}
		raw, err := json.Marshal(ref)
		if err != nil { // it is made of numbers
			return heard{}
		}
		all = append(all, cases.Value{Text: strings.Join(names, "、"), Raw: raw})
	}
	if len(all) == 1 {
		return heard{value: all[0]}
	}
	return heard{either: all}
}

// sharesHint says how co-authors and a place are named where the form does not ask for them.
func (f *form) sharesHint(s *service.Service, d cases.Draft) string {
	var hints []string
	for _, field := range s.Offered() {
		switch label := field.Label.In(f.language); {
		case d.Values[field.Name].Text != "":
		case field.Shares:
			hints = append(hints, "有人一起做的,回复\""+label+" 姓名 份额\"")
		default:
			hints = append(hints, "想写明在哪儿的,回复\""+label+" 在哪儿\"或直接发位置")
		}
	}
	if len(hints) == 0 {
		return ""
	}
	return "(" + strings.Join(hints, ";") + ")"
}

// shared says whether the draft names co-authors, who know its author.
func shared(s *service.Service, d cases.Draft) bool {
	field, ok := s.ShareField()
	return ok && d.Values[field.Name].Text != ""
}
