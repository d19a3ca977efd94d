package flows

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
)

// RatingDesk lets authors say how content they are with how a case was handled.
type RatingDesk interface {
	Unrated(ctx context.Context, member union.MemberID) ([]cases.Summary, error)
	Rate(ctx context.Context, member union.MemberID, number string, r cases.Rating, why string) (cases.Rated, error)
	Ratings(ctx context.Context, officer union.MemberID) (cases.Ratings, error)
}

// rating takes how content an author is: 满意, 不满意 JY26-0138 ….
type rating struct {
	people    people
	caseWords caseWords
	desk      RatingDesk
}

type ratingData struct {
	pick
	Rating cases.Rating `json:"rating"`
	Number string       `json:"number,omitempty"`
	Why    string       `json:"why,omitempty"`
}

type ratingTurn = bot.Turn[ratingData]

// saysRating knows an answer by nothing else being said, by the case's number, or by the reason after a break.
var saysRating = regexp.MustCompile(`^(?:([A-Za-z]{2}\d{2}-\d{4,})\s*)?(很?满意|非常满意|挺满意的?|一般(?:般)?吧?|还行吧?|还可以|很?不满意|不太满意)(?:\s*[。!~\x{ff01}]?|\s*([A-Za-z]{2}\d{2}-\d{4,})(?s:.*)|[\s,。:\x{ff0c}\x{ff1a}]+(?s:.+))$`)

// ratingScore goes before that of a word with a number, which may be a decision.
const ratingScore = 0.99

var ratingNumber = regexp.MustCompile(`[A-Za-z]{2}\d{2}-\d{4,}`)

func (r *rating) flow() bot.Flow {
	guess := func(text string) []bot.Guess {
		m := saysRating.FindStringSubmatch(strings.TrimSpace(text))
		if m == nil || saysTalkRating.MatchString(strings.TrimSpace(text)) || ratingOf(m[2]) != cases.Discontent && !ratingNumber.MatchString(text) && strings.ContainsAny(text, " ,:\uff0c\uff1a") {
			return nil
		}
		return []bot.Guess{{Label: "评价" + m[2], Key: m[2], Score: ratingScore}}
	}
	return bot.Define(bot.Spec[ratingData]{
		Name: "rating", Rev: 1, Title: "评价", Expires: 30 * time.Minute,
		Understand: guess,
		Interrupts: func(text string) []bot.Guess { // with the number it is no answer to anything else
			if !ratingNumber.MatchString(text) {
				return nil
			}
			return guess(text)
		},
		Begin: r.begin,
		To:    []bot.StepName{"which", "why"},
		Steps: []bot.Step[ratingData]{{
			Name: "which", To: []bot.StepName{"why"},
			AskFunc: func(_ context.Context, t *ratingTurn) (bot.Reply, error) {
				return bot.Reply{Text: "评价的是哪一件?", Choices: t.Data.choices()}, nil
			},
			Handle: func(ctx context.Context, t *ratingTurn) (bot.Next, error) {
				i, ok := bot.Choose(t.Text(), t.Data.choices())
				if !ok || !t.IsText() {
					return bot.Miss(), nil
				}
				t.Data.Number = t.Data.Numbers[i]
				return r.rate(ctx, t)
			},
		}, {
			Name: "why", Verbatim: true,
			AskFunc: func(_ context.Context, t *ratingTurn) (bot.Reply, error) {
				return bot.Reply{Text: t.Data.Number + " 让您不满意了,对不住。请用一句话说说哪里不好,会请另外的同志再看。(不说了回\"取消\")"}, nil
			},
			Handle: func(ctx context.Context, t *ratingTurn) (bot.Next, error) {
				if _, number := bot.Ordinal(t.Text()); !t.IsText() || wordless(t.Text()) || number {
					t.Lead("请用文字写。")
					return bot.Repeat(), nil
				}
				t.Data.Why = strings.TrimSpace(t.Text())
				return r.rate(ctx, t)
			},
		}},
	})
}

func ratingOf(said string) cases.Rating {
	switch {
	case strings.Contains(said, "不"):
		return cases.Discontent
	case strings.Contains(said, "满意"):
		return cases.Content
	}
	return cases.SoSo
}

func (r *rating) begin(ctx context.Context, t *ratingTurn) (bot.Next, error) {
	member, next, err := r.people.known(ctx, t.Talk)
	if member == 0 {
		return next, err
	}
	said := t.Entry.Key
	_, why, _ := strings.Cut(t.Entry.Text, said)
	t.Data = ratingData{Rating: ratingOf(said), Number: strings.ToUpper(ratingNumber.FindString(t.Entry.Text))}
	why = strings.Trim(ratingNumber.ReplaceAllString(why, ""), " \t\n,。:!~\uff0c\uff1a\uff01")
	if t.Data.Rating == cases.Discontent && !wordless(why) {
		t.Data.Why = why
	}
	if t.Data.Number != "" {
		return r.rate(ctx, t)
	}
	open, err := r.desk.Unrated(ctx, member)
	if err != nil {
		return bot.Next{}, fmt.Errorf("list unrated cases: %w", err)
	}
	switch len(open) {
	case 0:
		t.Say("现在没有等您评价的事项。想提意见,直接说就行;回复\"我的\"看您提过的。")
		return bot.End(), nil
	case 1:
		t.Data.Number = open[0].Number
		return r.rate(ctx, t)
	}
	for _, c := range open {
		t.Data.add(c, r.caseWords)
	}
	return bot.Goto("which"), nil
}

func (r *rating) rate(ctx context.Context, t *ratingTurn) (bot.Next, error) {
	number, d := t.Data.Number, t.Data
	member, err := r.people.acting(ctx, t.Talk)
	var done cases.Rated
	if err == nil {
		done, err = r.desk.Rate(ctx, member, number, d.Rating, cut(d.Why, noteRunes))
	}
	var needs *cases.IncompleteError
	switch {
	case errors.As(err, &needs):
		return bot.Goto("why"), nil
	case errors.Is(err, cases.ErrActNotAllowed):
		t.Say(number + " 现在不用评价:过了 30 天、已经撤销或没有问过的都不记。有话直接说就行。")
	case errors.Is(err, cases.ErrRated):
		t.Say(number + " 您已经评过了,不用再评,谢谢!有新的情况直接说。")
	case errors.Is(err, cases.ErrLookedAtAgain):
		t.Say(number + " 正在请人再看,先不用评价。有了结果再说也不迟。")
	case errors.Is(err, union.ErrNotFound), errors.Is(err, union.ErrForbidden):
		t.Say("没有找到您提的 " + number + ",请核对编号。")
	case err != nil:
		return bot.Next{}, fmt.Errorf("rate case: %w", err)
	default:
		t.Say(r.rated(done, d.Rating))
	}
	return bot.End(), nil
}

func (r *rating) rated(done cases.Rated, said cases.Rating) string {
	number := done.Case.Number
	switch {
	case said == cases.Content:
		return "谢谢您!" + number + " 记为满意。"
	case said == cases.SoSo:
		return "谢谢,记下了:" + number + " 一般。我们接着改进。"
	case done.Higher:
		return fmt.Sprintf("%s 已请上一级 %s 再看,%s 前告诉您结果。", number, officers(done.Officers), promised(r.caseWords.calendar, done.Case.DueAt))
	case len(done.Officers) > 0:
		return fmt.Sprintf("%s 已请 %s 再看一次,%s 前告诉您结果。", number, officers(done.Officers), promised(r.caseWords.calendar, done.Case.DueAt))
	case len(done.Told) > 0:
		return number + " 的钱和结果不能重定,您的意见正在发给上一级 " + officers(done.Told) + "。"
	}
	return "记下了:" + number + " 不满意。没有别的人能再看了,请直接联系上一级工会。"
}

// unaskedWords are by which an officer ends an opinion so that the author is not asked.
var unaskedWords = regexp.MustCompile(`[\s,。;(\x{ff0c}\x{ff1b}\x{ff08}]*免评价?[)。\x{ff09}]*$`)

// cutUnasked takes from an opinion the word by which the author is not asked how content they are.
func cutUnasked(note string) (rest string, unasked bool) {
	at := unaskedWords.FindStringIndex(note)
	if at == nil {
		return note, false
	}
	return note[:at[0]], true
}
