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
	"github.com/unionbot/unionbot/union/broadcast"
	"github.com/unionbot/unionbot/union/cases"
)

// progress says where a case stands, who has it and by when.
type progress struct {
	people    people
	caseWords caseWords
	desk      progressDesk
	entries   entryLines
	reader    *reader
}

type progressDesk interface {
	Case(ctx context.Context, viewer union.MemberID, number string) (cases.View, error)
	mineLister
	secondedDesk
	picturesDesk
}

// asksProgress knows 我的建议怎么样了, 上次提的有结果吗 and 帮我看看上次的办到哪了, which name a service and do not ask for it. What was filed is
// named first and what is asked last: 我建议公布考试结果 proposes.
var asksProgress = regexp.MustCompile(`^((麻烦|请)?(您|你)?(能不能|能)?(帮我|给我)?(再)?(看看|看一?下|查查|查一?下|问问|问一?下))?` +
	`(我的|我们的|(我|我们)?(上次|之前|昨天|前天|前几天|上周|上个月)?(提|报|交|写|反映|投诉|申请|举报)的|上次|之前|那[条个件份]).*` +
	`(进度|怎么样|有?结果|到哪(儿|里|一步)?|批|受理|办好|办完|回复|有人管|有人理|处理|解决)了?(没有|没|吗|呢|啊|呀)?[\s??。.!!]*$`)

// whenDone asks the same and names nothing: 什么时候有结果.
var whenDone = regexp.MustCompile(`^(?:那|请问|我想问下?|问一下|我的?)?(?:大概)?(?:什么时候|啥时候|多久|几天|哪天|几时)(?:能|才能|会|可以)?(?:有|出|给|得到|下来)?(?:个)?(?:结果|答复|回复|消息|回音|信儿?|办好|办完|批下来)[了呢啊呀吗]?[\s??。.!!]*$|^怎么(?:还|一直)?(?:没|没有)(?:个)?(?:结果|答复|回复|消息|回音|信儿?|人回)[了呢啊呀]?[\s??。.!!]*$`)

const progressScore = 0.97 // above any service's own

func (p *progress) flow() bot.Flow {
	return bot.Define(bot.Spec[struct{}]{
		Name: "progress", Rev: 1, Title: "进度", Expires: time.Minute, Passing: true,
		Starts:  []bot.Trigger{bot.OnWord(bot.WordProgress), bot.OnMenu("progress")},
		HandsTo: []string{"mine", "cast_steer"},
		Begin:   p.begin,
		Understand: func(text string) []bot.Guess {
			if asksProgress.MatchString(text) || whenDone.MatchString(text) {
				return []bot.Guess{{Label: "查进度", Score: progressScore}}
			}
			return p.reader.about(topicProgress, "查进度", "")(text)
		},
	})
}

func (p *progress) begin(ctx context.Context, t *bot.Turn[struct{}]) (bot.Next, error) {
	member, next, err := p.people.known(ctx, t.Talk)
	if member == 0 {
		return next, err
	}
	number := t.Entry.Key
	if t.Command.Number != "" {
		number = t.Command.Number
	}
	if broadcast.Numbered(number) {
		return bot.Hand(castEntry("cast_steer", bot.WordProgress, number, "")), nil
	}
	if _, ok := bot.ParseNumber(number); ok {
		return bot.End(), p.show(ctx, t, member, number)
	}
	if !t.Interrupts {
		return bot.Hand(bot.Entry{Flow: "mine", Key: entryOnly}), nil
	}
	filed, signedUp, err := ownMatters(ctx, p.desk, p.entries, member)
	if err != nil {
		return bot.Next{}, err
	}
	if only := onlyOf(filed, signedUp); only != "" {
		return bot.End(), p.show(ctx, t, member, only)
	}
	// Something waits to be gone on with: the list is shown and asks nothing.
	lines := []string{"您还没有提过别的事项。"}
	if len(filed)+len(signedUp) > 0 {
		lines = []string{"您的事项(回复\"进度\"加编号看详情):"}
	}
	for _, e := range signedUp {
		lines = append(lines, e.line)
	}
	for _, c := range filed[:min(len(filed), listed)] {
		lines = append(lines, p.caseWords.line(c))
	}
	t.Say(strings.Join(lines, "\n"))
	return bot.End(), nil
}

func (p *progress) show(ctx context.Context, t *bot.Turn[struct{}], member union.MemberID, number string) error {
	if ofEntry(number) {
		text, err := p.entries.show(ctx, member, number)
		if err == nil {
			t.Say(text)
		}
		return err
	}
	v, err := p.desk.Case(ctx, member, number)
	if errors.Is(err, union.ErrNotFound) {
		return p.showSeconded(ctx, t, member, number)
	}
	if err != nil {
		return fmt.Errorf("read case: %w", err)
	}
	if t.Entry.Text == hearing[0] {
		said, err := sendAttached(ctx, t.Talk, p.people, p.desk, member, v.Case)
		t.Say(said)
		return err
	}
	text := p.caseWords.view(v)
	if v.State == cases.Returned && v.Author == member {
		if fields := fieldsOf(v.Service, v.Asked); len(fields) > 0 {
			text += "\n要补的是:" + labelsOf(fields, p.caseWords.language) + ",请回复\"补充 " + v.Number + "\"。"
		} else {
			text += "\n要补充请回复\"补充 " + v.Number + "\"再写内容。"
		}
	}
	t.Say(text)
	return nil
}

// showSeconded says how a case stands that the member seconds; whoever does not reads that there is none.
func (p *progress) showSeconded(ctx context.Context, t *bot.Turn[struct{}], member union.MemberID, number string) error {
	c, err := p.desk.SecondedCase(ctx, member, number)
	if errors.Is(err, union.ErrNotFound) {
		t.Say("没有找到 " + number + ",请核对编号。回复\"我的\"看您提过的。")
		return nil
	}
	if err != nil {
		return fmt.Errorf("read seconded case: %w", err)
	}
	text := p.caseWords.secondedLine(c) + "。"
	if c.State == cases.Open {
		text += "有结果会告诉您。"
	}
	t.Say(text)
	return nil
}
