package flows

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/enrolment"
)

// enrolPublish leads an organiser through a competition, a contest or a campaign, and opens it for sign-up.
type enrolPublish struct {
	people people
	drafts FlowDraftDesk
	words  enrolWords
	desk   OrganiseDesk
}

type enrolPublishData struct {
	Activity enrolment.Activity `json:"activity"`
	// Orgs are those whose activity it may be.
	Orgs []union.Organisation `json:"orgs,omitempty"`
	// Complete is true once everything was answered: a changed answer leads back to the summary.
	Complete bool     `json:"complete,omitempty"`
	Kept     keptData `json:"kept,omitzero"`
}

type enrolPublishTurn = bot.Turn[enrolPublishData]

// publishQuestion is one question about an activity.
type publishQuestion struct {
	step bot.StepName
	// label names it in the summary, show is its answer there; a question without a label is part of the one before.
	label string
	show  func(w enrolWords, a enrolment.Activity) string
	ask   func(d enrolPublishData) bot.Reply
	// take keeps the answer; again says what is wrong with it, and ok is false where it is none.
	take func(ctx context.Context, t *enrolPublishTurn) (again string, ok bool, err error)
	// skip says that it has not to be asked.
	skip func(d enrolPublishData) bool
}

func (f *enrolPublish) flow() bot.Flow {
	questions := f.questions()
	var starts []bot.Trigger
	for _, phrase := range []string{
		"发布竞赛", "发布比武", "发布活动", "发布技能比武", "发布劳动竞赛", "我要发布竞赛", "组织竞赛", "发布疗休养", "发布竞赛活动",
	} {
		starts = append(starts, bot.OnPhrase(phrase))
	}
	steps := make([]bot.Step[enrolPublishData], 0, len(questions)+2)
	all := []bot.StepName{"field", "sure"}
	for i, q := range questions {
		all = append(all, q.step)
		steps = append(steps, bot.Step[enrolPublishData]{
			Name: q.step,
			AskFunc: func(_ context.Context, t *enrolPublishTurn) (bot.Reply, error) {
				return q.ask(t.Data), nil
			},
			Handle: func(ctx context.Context, t *enrolPublishTurn) (bot.Next, error) {
				again, ok, err := q.take(ctx, t)
				switch {
				case err != nil:
					return bot.Next{}, err
				case again != "":
					t.Lead(again)
					return bot.Repeat(), nil
				case !ok:
					return bot.Miss(), nil
				}
				return f.after(t, questions, i), nil
			},
		})
	}
	sure := map[bot.Word]func(context.Context, *enrolPublishTurn) (bot.Next, error){
		bot.WordConfirm: f.publish,
		bot.WordChange: func(_ context.Context, t *enrolPublishTurn) (bot.Next, error) {
			return f.changed(t, questions, t.Command.Rest), nil
		},
	}
	steps = append(steps,
		bot.Step[enrolPublishData]{Name: "field", AskFunc: f.askField(questions), Handle: f.takeField(questions)},
		bot.Step[enrolPublishData]{Name: "sure", AskFunc: f.askSure(questions), Handle: f.takeSure, Commands: sure},
	)
	return bot.Define(outliving(f.people, f.drafts, func(d *enrolPublishData) *keptData { return &d.Kept }, bot.Spec[enrolPublishData]{
		Name: "enrol_publish", Rev: 1, Title: "发布竞赛", Expires: enrolExpires,
		Starts: starts, Begin: f.begin, To: all, Steps: steps,
	}))
}

func (f *enrolPublish) begin(ctx context.Context, t *enrolPublishTurn) (bot.Next, error) {
	member, next, err := f.people.known(ctx, t.Talk)
	if member == 0 {
		return next, err
	}
	if t.Data.Orgs, err = f.desk.Organises(ctx, member); err != nil {
		return bot.Next{}, fmt.Errorf("read offices: %w", err)
	}
	if len(t.Data.Orgs) == 0 {
		t.Say("发布竞赛和活动由竞赛组织者来办,您现在不是。需要的话请联系分会。")
		return bot.End(), nil
	}
	// The message that began it names it: published from twice, it is one activity.
	sum := sha256.Sum256([]byte(t.Message.ID))
	t.Data.Activity.Ref = "chat/" + hex.EncodeToString(sum[:16])
	if len(t.Data.Orgs) == 1 {
		f.setOrg(t, 0)
		return bot.Goto("kind"), nil
	}
	return bot.Goto("org"), nil
}

func (f *enrolPublish) setOrg(t *enrolPublishTurn, i int) {
	org, a := t.Data.Orgs[i], &t.Data.Activity
	if a.Org != org.ID {
		a.Audience = nil
	}
	a.Org, a.OrgPath, a.Lineage = org.ID, org.Path, org.Lineage
}

// after is the question behind one that was answered.
func (f *enrolPublish) after(t *enrolPublishTurn, questions []publishQuestion, i int) bot.Next {
	for i++; i < len(questions); i++ {
		q := questions[i]
		if t.Data.Complete && q.label != "" {
			break // what belongs to the changed answer was asked
		}
		if q.skip == nil || !q.skip(t.Data) {
			return bot.Goto(q.step)
		}
	}
	t.Data.Complete = true
	return bot.Goto("sure")
}

func (f *enrolPublish) askSure(questions []publishQuestion) func(context.Context, *enrolPublishTurn) (bot.Reply, error) {
	return func(_ context.Context, t *enrolPublishTurn) (bot.Reply, error) {
		lines := []string{"请核对:"}
		for i, row := range f.rows(t, questions) {
			lines = append(lines, bot.Circled(i+1)+" "+row.label+" "+row.show(f.words, t.Data.Activity))
		}
		return bot.Reply{Text: strings.Join(lines, "\n"), Choices: publishChoices}, nil
	}
}

var publishChoices = []bot.Choice{{Label: "发布", Say: "1"}, {Label: "修改", Say: "2"}}

// rows are the questions that the summary shows.
func (f *enrolPublish) rows(t *enrolPublishTurn, questions []publishQuestion) (rows []publishQuestion) {
	for _, q := range questions {
		if q.label != "" && (q.skip == nil || !q.skip(t.Data)) {
			rows = append(rows, q)
		}
	}
	return rows
}

func (f *enrolPublish) takeSure(ctx context.Context, t *enrolPublishTurn) (bot.Next, error) {
	switch i, ok := bot.Choose(t.Text(), publishChoices); {
	case !ok || !t.IsText():
		return bot.Miss(), nil
	case i == 1:
		return bot.Goto("field"), nil
	}
	return f.publish(ctx, t)
}

func (f *enrolPublish) askField(questions []publishQuestion) func(context.Context, *enrolPublishTurn) (bot.Reply, error) {
	return func(_ context.Context, t *enrolPublishTurn) (bot.Reply, error) {
		return bot.Reply{Text: "改哪一项?回复序号:", Choices: f.fields(t, questions)}, nil
	}
}

func (f *enrolPublish) fields(t *enrolPublishTurn, questions []publishQuestion) (choices []bot.Choice) {
	for _, row := range f.rows(t, questions) {
		choices = append(choices, bot.Choice{Label: row.label})
	}
	return choices
}

func (f *enrolPublish) takeField(questions []publishQuestion) func(context.Context, *enrolPublishTurn) (bot.Next, error) {
	return func(_ context.Context, t *enrolPublishTurn) (bot.Next, error) {
		if i, ok := bot.Choose(t.Text(), f.fields(t, questions)); ok && t.IsText() {
			return bot.Goto(f.rows(t, questions)[i].step), nil
		}
		return bot.Miss(), nil
	}
}

// changed takes 改3: the question is asked again.
func (f *enrolPublish) changed(t *enrolPublishTurn, questions []publishQuestion, rest string) bot.Next {
	if i, ok := bot.Choose(rest, f.fields(t, questions)); ok {
		return bot.Goto(f.rows(t, questions)[i].step)
	}
	return bot.Goto("field")
}

func (f *enrolPublish) publish(ctx context.Context, t *enrolPublishTurn) (bot.Next, error) {
	member, err := f.people.acting(ctx, t.Talk)
	var a enrolment.Activity
	if err == nil {
		a, err = f.desk.Publish(ctx, member, t.Data.Activity)
	}
	var problems enrolment.Problems
	switch {
	case errors.As(err, &problems):
		t.Lead("时间对不上:报名要在开始之前截止,也不能已经过去。请改一下。\n")
		return bot.Goto("starts"), nil
	case errors.Is(err, union.ErrForbidden):
		t.Say("发布竞赛和活动由竞赛组织者来办,您现在不是,没有发布。")
		return bot.End(), nil
	case err != nil:
		return bot.Next{}, fmt.Errorf("publish activity: %w", err)
	}
	t.Say("已发布:" + f.words.full(a) + "。编号 " + a.Number + ",现在就能报名。回复\"名单 " + a.Number + "\"看名单,\"关闭报名 " + a.Number +
		"\"提前截止,\"取消活动 " + a.Number + "\"取消。")
	return bot.End(), nil
}
