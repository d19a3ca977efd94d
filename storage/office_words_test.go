package storage_test

import (
	"fmt"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/notice"
	"github.com/unionbot/unionbot/union/paper"
	"github.com/unionbot/unionbot/union/service"
)

// plainWords tell everything that they are handed, so that tests see what was handed.
type plainWords struct{}

func (plainWords) ShareLapsed(number string) notice.Body {
	return notice.Body{Text: number + " lapsed"}
}

func (plainWords) ShareWanted(number, reason string) notice.Body {
	return notice.Body{Text: "share " + number + " " + reason}
}

func (plainWords) NameOpened(number string) notice.Body { return notice.Body{Text: "opened " + number} }

func (plainWords) ToFetch(number string) notice.Body { return notice.Body{Text: "fetch " + number} }

func (plainWords) TaskCard(t cases.TaskView) notice.Body {
	return notice.Body{
		Text: fmt.Sprintf("%s %s by %q of %q", t.Review.Name, t.Case.Number, t.AuthorName, t.AuthorOrg),
		Card: &notice.Card{Title: t.Case.Title, TaskID: t.CardID()},
	}
}

func (plainWords) SettledCard(t cases.TaskView, s cases.Settled) notice.Body {
	return notice.Body{
		Text: fmt.Sprintf("%s %s by %s", s.Number, s.Kind, s.Officer),
		Card: &notice.Card{Title: t.Case.Title, TaskID: t.CardID(), Settled: s.Kind},
	}
}

func (plainWords) Answer(a cases.Answer) notice.Body {
	return notice.Body{Text: fmt.Sprintf("%s %s %s: %s by %s, %s", a.Author.Name, a.Case.Number, a.Act, a.Note, a.Officer.Name, a.Into.Number+a.Into.Title)}
}

func (plainWords) StandInAsked(v cases.StandInView) notice.Body {
	return notice.Body{Text: fmt.Sprintf("%s asks %s", v.AbsentMember.Name, v.ByMember.Name), Card: &notice.Card{TaskID: cases.StandInCardID(v.ID)}}
}

func (plainWords) StandInSettled(v cases.StandInView) notice.Body {
	return notice.Body{Text: string(v.State), Card: &notice.Card{TaskID: cases.StandInCardID(v.ID), Settled: string(v.State)}}
}

func (plainWords) StandInNews(v cases.StandInView, _ bool) notice.Body {
	return notice.Body{Text: "stand-in " + string(v.State)}
}

func (plainWords) Vacant(v cases.Vacancy) notice.Body {
	return notice.Body{Text: fmt.Sprintf("vacant %s %d", v.Step.Name, len(v.To))}
}

func (plainWords) DraftLeft(s *service.Service) notice.Body {
	return notice.Body{Text: s.Name + " left"}
}

func (plainWords) DraftExpires(s *service.Service, until time.Time) notice.Body {
	return notice.Body{Text: s.Name + " until " + until.UTC().Format(time.DateOnly)}
}

func (plainWords) AlarmCard(a cases.AlarmNotice) notice.Body {
	return notice.Body{Text: fmt.Sprintf("card %s ring %d", a.Case.Number, a.Alarm.Rings), Card: &notice.Card{Title: a.Case.Title, TaskID: a.CardID()}}
}

func (plainWords) AlarmAgain(a cases.AlarmNotice) notice.Body {
	return notice.Body{Text: fmt.Sprintf("again %s ring %d", a.Case.Number, a.Alarm.Rings)}
}

func (plainWords) AlarmSettled(a cases.AlarmNotice) notice.Body {
	return notice.Body{Text: fmt.Sprintf("settled %s by %q", a.Case.Number, a.Taker.Name), Card: &notice.Card{TaskID: a.CardID(), Settled: "settled"}}
}

func (plainWords) AlarmMoved(a cases.AlarmNotice) notice.Body {
	var names []string
	for _, m := range a.Called {
		names = append(names, m.Name)
	}
	return notice.Body{Text: fmt.Sprintf("moved %s to %v after %s", a.Case.Number, names, a.Waited)}
}

func (plainWords) AlarmTaken(a cases.AlarmNotice) notice.Body {
	return notice.Body{Text: fmt.Sprintf("taken %s by %s", a.Case.Number, a.Taker.Name)}
}

func (plainWords) AlarmThere(a cases.AlarmNotice) notice.Body {
	return notice.Body{Text: a.Taker.Name + " from there: " + a.More}
}

func (plainWords) AlarmMore(a cases.AlarmNotice) notice.Body {
	return notice.Body{Text: fmt.Sprintf("more %s: %s by %s", a.Case.Number, a.More, a.MoreBy)}
}

func (plainWords) MovedOn(m cases.Moved) notice.Body {
	var from, to []string
	for _, p := range m.From {
		from = append(from, p.Name)
	}
	for _, p := range m.To {
		to = append(to, p.Name)
	}
	return notice.Body{Text: fmt.Sprintf("%s %s from %v to %v by %s", m.Case.Number, m.Do, from, to, m.Case.DueAt.UTC().Format(time.DateTime))}
}

func (plainWords) YourTurn(m cases.Moved) notice.Body {
	return notice.Body{Text: "your turn " + m.Case.Number}
}

func (plainWords) Stuck(number string) notice.Body { return notice.Body{Text: "stuck " + number} }

func (plainWords) Reminded(m cases.Moved) notice.Body {
	return notice.Body{Text: m.Case.Number + " reminded"}
}

func (plainWords) Shifted(m cases.Moved) notice.Body {
	return notice.Body{Text: m.Case.Number + " shifted to " + m.Case.DueAt.Format("01-02")}
}

func (plainWords) Postponed(c cases.Case, _ *service.Service) notice.Body {
	return notice.Body{Text: c.Number + " postponed to " + c.DueAt.Format("01-02")}
}

func (plainWords) Extended(c cases.Case, _ *service.Service, officer, why string) notice.Body {
	return notice.Body{Text: fmt.Sprintf("%s extended by %s: %s", c.Number, officer, why)}
}

func (plainWords) HandedOver(m cases.Moved) notice.Body {
	return notice.Body{Text: fmt.Sprintf("%s from %s to %s", m.Case.Number, m.From[0].Name, m.To[0].Name)}
}

func (plainWords) Digest(v cases.DigestView) notice.Body {
	return notice.Body{Text: fmt.Sprintf("all %d overdue %d handed %d late %d today %d soon %d new %d", v.All, v.Overdue, len(v.Handed), len(v.Late),
		len(v.Today), len(v.Soon), len(v.New))}
}

func (plainWords) RatedCard(c cases.Case, r cases.Rating) notice.Body {
	return notice.Answered("rate-"+c.Number, fmt.Sprint(r))
}

func (plainWords) Discontent(c cases.Case, _ bool, _, why string) notice.Body {
	return notice.Body{Text: c.Number + " discontent: " + why}
}

func (plainWords) Seconded(c cases.Case, _ *service.Service, count int) notice.Body {
	return notice.Body{Text: fmt.Sprintf("%s seconded by %d", c.Number, count)}
}

func (plainWords) SecondersAnswer(a cases.Answer) notice.Body {
	return notice.Body{Text: fmt.Sprintf("seconders of %s: %s", a.Case.Number, a.Act)}
}

func (plainWords) CoAuthor(n cases.CoAuthorNotice) notice.Body {
	return notice.Body{Text: fmt.Sprintf("%s shares %d%% of %s", n.Member.Name, n.Share, n.Case.Number)}
}

func (plainWords) Disowned(n cases.CoAuthorNotice) notice.Body {
	return notice.Body{Text: fmt.Sprintf("%s disowns %d%% of %s", n.Member.Name, n.Share, n.Case.Number)}
}

func (plainWords) CoAuthorsAnswer(a cases.Answer) notice.Body {
	return notice.Body{Text: fmt.Sprintf("co-authors of %s: %s", a.Case.Number, a.Act)}
}

func (plainWords) Awarded(n cases.AwardNotice) notice.Body {
	return notice.Body{Text: fmt.Sprintf("%s is awarded %d of %d fen for %s, notice %q", n.Member.Name, n.Award.Fen, n.Total, n.Case.Number, n.Notice.Name)}
}

func (plainWords) PapersWanted(n cases.PapersNotice) notice.Body {
	return notice.Body{Text: fmt.Sprintf("papers for %s, stage %d", n.Case.Number, n.Stage)}
}

func (plainWords) PapersLate(n cases.PapersNotice) notice.Body {
	return notice.Body{Text: "papers late for " + n.Case.Number}
}

func (plainWords) PapersBrought(n cases.PapersNotice) notice.Body {
	return notice.Body{Text: "papers brought for " + n.Case.Number}
}

func (plainWords) Remarked(n cases.RemarkNotice) notice.Body {
	return notice.Body{Text: n.Case.Number + ": " + n.Text}
}

func (plainWords) Paper(v cases.PaperView) paper.Document {
	return paper.Document{Number: v.Number, Check: v.Check, Union: v.Union}
}

func (plainWords) PackPaper(v cases.PaperView) paper.Document {
	return paper.Document{Number: v.Number}
}

func (plainWords) NoPack(number string) string { return "no pack " + number }

func (plainWords) PackGiven(c cases.Case, _ *service.Service, given bool) notice.Body {
	return notice.Body{Text: fmt.Sprintf("pack of %s given: %t", c.Number, given)}
}

func (plainWords) PackOpened(c cases.Case, _ *service.Service, by union.Member) notice.Body {
	return notice.Body{Text: by.Name + " 打开 " + c.Number}
}

func (plainWords) PackAsked(c cases.Case, _ *service.Service, asks union.Member) notice.Body {
	return notice.Body{Text: asks.Name + " asks for the pack of " + c.Number}
}

func (plainWords) TallyChart(t cases.Tally) paper.Chart { return paper.Chart{Title: t.Unit.Name} }

func (plainWords) NoChart() string { return "no chart" }

func (plainWords) NoPaper(number, link string, _ time.Time) string { return number + " " + link }

func (plainWords) Public(t cases.TaskView) string { return t.Public("zh") }

func (plainWords) PublicityToPost(p cases.Publicity) notice.Body {
	return notice.Body{Text: "post " + p.Number}
}

func (plainWords) Objected(number string) notice.Body {
	return notice.Body{Text: "objection to " + number}
}

func (plainWords) NoVoice(number string) string { return number + " unheard" }

func (plainWords) PaperDoubted(sheet int, doubt string) notice.Body {
	return notice.Body{Text: fmt.Sprintf("paper %d is %s", sheet, doubt)}
}

func (plainWords) PictureName(number string, shows cases.Shows, nth int) string {
	return fmt.Sprint(number, shows, nth)
}

func (plainWords) NoPicture(number string, nth int) string {
	return fmt.Sprintf("%s without %d", number, nth)
}
