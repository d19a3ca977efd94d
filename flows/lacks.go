package flows

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
)

// lacks says what somebody's half-filled forms and cases wait for: 还缺什么.
type lacks struct {
	people    people
	caseWords caseWords
	desk      lacksDesk
	form      form
}

type lacksDesk interface {
	mineDesk
	Case(ctx context.Context, viewer union.MemberID, number string) (cases.View, error)
}

func (l *lacks) flow() bot.Flow {
	return bot.Define(bot.Spec[struct{}]{
		Name: "lacks", Rev: 1, Title: "还缺什么", Expires: time.Minute, Passing: true,
		Starts: []bot.Trigger{bot.OnWord(bot.WordLacks)},
		Begin:  l.begin,
	})
}

func (l *lacks) begin(ctx context.Context, t *bot.Turn[struct{}]) (bot.Next, error) {
	member, next, err := l.people.known(ctx, t.Talk)
	if member == 0 {
		return next, err
	}
	lines, err := l.ofDrafts(ctx, member)
	if err != nil {
		return bot.Next{}, err
	}
	more, err := l.ofCases(ctx, member)
	if err != nil {
		return bot.Next{}, err
	}
	lines = append(lines, more...)
	if len(lines) == 0 {
		t.Say("没有等您补的。办到哪一步,回复\"进度\"看。")
		return bot.End(), nil
	}
	t.Say(strings.Join(lines[:min(len(lines), listed)], "\n"))
	return bot.End(), nil
}

func (l *lacks) ofDrafts(ctx context.Context, member union.MemberID) (lines []string, err error) {
	drafts, err := l.desk.Drafts(ctx, member)
	if err != nil {
		return nil, fmt.Errorf("list drafts: %w", err)
	}
	for _, d := range drafts {
		s, err := l.form.services.ByHash(ctx, d.Hash)
		if err != nil || !worthKeeping(d) {
			continue // a draft whose service is gone can be gone on with no more
		}
		text, err := l.form.missing(ctx, s, d)
		if err != nil {
			return nil, err
		}
		lines = append(lines, "没写完的"+s.Short.In(l.form.language)+":"+text+"回复\"继续\"接着写。")
	}
	return lines, nil
}

// ofCases looks at the cases that may wait for their author: those that were returned, and those whose papers may follow.
func (l *lacks) ofCases(ctx context.Context, member union.MemberID) (lines []string, err error) {
	filed, err := l.desk.Mine(ctx, member)
	if err != nil {
		return nil, fmt.Errorf("list own cases: %w", err)
	}
	for _, c := range filed {
		s, err := l.form.services.ByHash(ctx, c.Hash)
		if errors.Is(err, union.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("find service of %s: %w", c.Number, err)
		}
		if c.State != cases.Returned && s.Papers.What.Empty() {
			continue
		}
		v, err := l.desk.Case(ctx, member, c.Number)
		if err != nil {
			return nil, fmt.Errorf("read case %s: %w", c.Number, err)
		}
		if v.Author != member {
			continue
		}
		lines = append(lines, l.ofCase(v)...)
	}
	return lines, nil
}

func (l *lacks) ofCase(v cases.View) []string {
	how := ",回复\"补充 " + v.Number + "\"。"
	var lines []string
	switch fields := fieldsOf(v.Service, v.Asked); {
	case v.State == cases.Returned && len(fields) > 0:
		lines = append(lines, v.Number+" 等您补:"+labelsOf(fields, l.form.language)+how)
	case v.State == cases.Returned:
		lines = append(lines, v.Number+" 等您补充"+how)
	}
	if !v.PapersDue.IsZero() {
		lines = append(lines, v.Number+" 还没补"+v.Service.Papers.What.In(l.form.language)+","+l.caseWords.calendar.SpeechDay(v.PapersDue)+" 前"+how)
	}
	return lines
}
