package flows

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/answer"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/service"
)

// RankingDesk ranks teams.
type RankingDesk interface {
	Ranking(ctx context.Context, asker union.MemberID, s *service.Service, month int) (cases.Ranking, error)
}

// ranking shows how the teams of one's plant stand, by the words of whichever service ranks them: 成本排名 11月.
type ranking struct {
	people    people
	caseWords caseWords
	desk      RankingDesk
}

var behindRanking = regexp.MustCompile(`^\s*(?:(\d{1,2})月(?:份)?)?[?？。!！]?$`)

// wanted finds the service whose ranking a text asks for, and the month; 0 where it names none.
func (r *ranking) wanted(text string) (s *service.Service, month int, ok bool) {
	text = strings.TrimPrefix(strings.TrimPrefix(strings.TrimSpace(text), "看"), "查")
	for _, s := range r.caseWords.services.All() {
		if !s.Ranking.On() {
			continue
		}
		for _, word := range s.Ranking.Words {
			before, after, found := strings.Cut(text, word)
			if !found || before != "" && !behindRanking.MatchString(before) {
				continue
			}
			m := behindRanking.FindStringSubmatch(after)
			if m == nil {
				continue
			}
			if m[1] == "" && before != "" {
				m = behindRanking.FindStringSubmatch(before)
			}
			n, _ := strconv.Atoi(m[1]) // figures only, or none
			if n > 12 {
				n = 0
			}
			return s, n, true
		}
	}
	return nil, 0, false
}

// dropComing takes a month of a ranked report back that is still to come: without its year it would count for the last one.
func (f *form) dropComing(t *formTurn, s *service.Service) {
	v, ok := t.Data.Draft.Values[s.Ranking.Period]
	choice, err := strconv.Unquote(string(v.Raw))
	ahead := service.MonthOf(choice) - int(f.calendar.Local(t.Now).Month())
	if !ok || err != nil || ahead <= 0 || ahead > 6 { // in January December is the last one
		return
	}
	delete(t.Data.Draft.Values, s.Ranking.Period)
	t.Lead(v.Text + "还没到,到了那个月再报。\n")
}

func (r *ranking) flow() bot.Flow {
	return bot.Define(bot.Spec[struct{}]{
		Name: "ranking", Rev: 1, Title: "排名", Expires: time.Minute, Passing: true,
		Understand: func(text string) []bot.Guess {
			if s, _, ok := r.wanted(text); ok {
				return []bot.Guess{{Label: s.Ranking.Title.In(r.caseWords.language), Score: decisionScore}}
			}
			return nil
		},
		Begin: r.begin,
	})
}

func (r *ranking) begin(ctx context.Context, t *bot.Turn[struct{}]) (bot.Next, error) {
	s, month, ok := r.wanted(t.Entry.Text)
	if !ok {
		t.Say("现在没有可以看的排名。")
		return bot.End(), nil
	}
	member, next, err := r.people.known(ctx, t.Talk)
	if member == 0 {
		return next, err
	}
	list, err := r.desk.Ranking(ctx, member, s, month)
	if errors.Is(err, union.ErrForbidden) {
		t.Say(saidMembersOnly)
		return bot.End(), nil
	}
	if err != nil {
		return bot.Next{}, err
	}
	t.Say(r.said(s, list))
	return bot.End(), nil
}

func (r *ranking) said(s *service.Service, list cases.Ranking) string {
	title := s.Ranking.Title.In(r.caseWords.language)
	if len(list.Standings) == 0 {
		return list.Plant + "的" + title + ":" + monthOf(list.Period) + "还没有核对过的报表,核对后才排。"
	}
	sum := func(name string) string {
		for _, one := range s.Sums {
			if one.Name == name {
				label, _, _ := strings.Cut(one.Label.In(r.caseWords.language), "(")
				return label
			}
		}
		return name
	}
	lines := []string{fmt.Sprintf("%s %s%s(%s占%s的比例,只排核对过的):", list.Plant, monthOf(list.Period), title, sum(s.Ranking.By), sum(s.Ranking.Of))}
	for i, one := range list.Standings {
		alike := i > 0 && list.Standings[i-1].Place == one.Place || i+1 < len(list.Standings) && list.Standings[i+1].Place == one.Place
		line := fmt.Sprintf("%d %s %s,%s", one.Place, one.Name, rate(one.Rate()), answer.Yuan(one.Fen))
		if alike {
			line += "(并列)"
		}
		if one.Org == list.Own {
			line += " ← 您的班组"
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

// rate writes hundredths of a percent: 4.76%.
func rate(hundredths int64) string {
	sign := ""
	if hundredths < 0 {
		sign, hundredths = "−", -hundredths
	}
	return fmt.Sprintf("%s%d.%02d%%", sign, hundredths/100, hundredths%100)
}

// monthOf says a period as people do: 2026年10月.
func monthOf(period string) string {
	year, month, ok := strings.Cut(period, "-")
	if !ok {
		return ""
	}
	return year + "年" + strings.TrimPrefix(month, "0") + "月"
}
