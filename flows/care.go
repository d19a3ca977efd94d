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
	"github.com/unionbot/unionbot/union/occasion"
)

// CareDesk keeps greetings from those whom they would hurt, until an officer was asked.
type CareDesk interface {
	Protect(ctx context.Context, officer union.MemberID, called, cause, until string) (occasion.Shielded, error)
	Unprotect(ctx context.Context, officer union.MemberID, called string) (union.Member, error)
	Protected(ctx context.Context, officer union.MemberID) (list []occasion.Shielded, more int, err error)
	Pending(ctx context.Context, officer union.MemberID) ([]occasion.Due, error)
	Question(ctx context.Context, officer union.MemberID, id int64) (occasion.Due, error)
	Answer(ctx context.Context, officer union.MemberID, id int64, yes bool) (occasion.Due, error)
	UnreachedDesk
}

// care keeps the list of those who are not greeted, and asks whether one of them is: 免打扰 王强 丧亲 到 12月31日, 待发祝福.
type care struct {
	people   people
	desk     OccasionDesk
	calendar Calendar
}

type careData struct {
	ID int64 `json:"id,omitempty"`
	// More is how many come behind.
	More int `json:"more,omitempty"`
}

type careTurn = bot.Turn[careData]

const carePrefix = "greet"

var (
	listsProtected = regexp.MustCompile(`^免打扰(?:名单)?[。?？]?$`)
	endsProtection = regexp.MustCompile(`^(?:解除|取消|移出)免打扰\s*(\S{2,20})$`)
	protects       = regexp.MustCompile(`^免打扰\s*(\S{2,20})(?:\s+(\S{1,20}?))?(?:\s*(?:到|至)\s*(\S{2,16}))?$`)
	asksPending    = regexp.MustCompile(`^(?:待发祝福|待定祝福|祝福待定)[。?？]?$`)
)

var careChoices = []bot.Choice{{Label: "发"}, {Label: "不发"}}

func (c *care) flow() bot.Flow {
	return bot.Define(bot.Spec[careData]{
		Name: "care", Rev: 1, Title: "免打扰", Expires: 30 * time.Minute,
		Starts: []bot.Trigger{bot.OnTap(carePrefix)},
		Understand: func(text string) []bot.Guess {
			text = strings.TrimSpace(text)
			for _, said := range []*regexp.Regexp{listsProtected, endsProtection, protects, asksPending} {
				if said.MatchString(text) {
					return []bot.Guess{{Label: "免打扰", Score: decisionScore}}
				}
			}
			return nil
		},
		Begin: c.begin,
		To:    []bot.StepName{"decide"},
		Steps: []bot.Step[careData]{{
			Name: "decide", To: []bot.StepName{"decide"},
			AskFunc: c.ask,
			Handle: func(ctx context.Context, t *careTurn) (bot.Next, error) {
				i, ok := bot.Choose(t.Text(), careChoices)
				if !ok || !t.IsText() {
					return bot.Miss(), nil
				}
				return c.decide(ctx, t, t.Data.ID, i == 0)
			},
		}},
	})
}

func (c *care) begin(ctx context.Context, t *careTurn) (bot.Next, error) {
	member, next, err := c.people.known(ctx, t.Talk)
	if member == 0 {
		return next, err
	}
	if parts := strings.Split(t.Entry.Key, ":"); len(parts) == 3 && parts[0] == carePrefix {
		id, _ := strconv.ParseInt(parts[2], 10, 64) // what is no number is nobody's
		if parts[1] == "look" {
			return c.look(ctx, t, member, id)
		}
		return c.decide(ctx, t, id, false)
	}
	text := strings.TrimSpace(t.Entry.Text)
	switch {
	case listsProtected.MatchString(text):
		err = c.list(ctx, t, member)
	case endsProtection.MatchString(text):
		err = c.unprotect(ctx, t, member, endsProtection.FindStringSubmatch(text)[1])
	case asksPending.MatchString(text):
		return c.next(ctx, t, member, "没有等您定的祝福。")
	default:
		err = c.protect(ctx, t, member, protects.FindStringSubmatch(text))
	}
	return bot.End(), c.refuse(t, err)
}

// refuse says why something was not done.
func (c *care) refuse(t *careTurn, err error) error {
	switch {
	case errors.Is(err, union.ErrForbidden):
		t.Say("免打扰名单由分会主席、工会主席、帮扶和女工干部在自己管的范围里登记。您自己不想收祝福,回复\"退订\"。")
	case errors.Is(err, occasion.ErrUnknown):
		t.Say("您负责的范围里没有这个人,请核对姓名或工号。")
	case errors.Is(err, occasion.ErrSeveral):
		t.Say("您负责的范围里不止一人叫这个名字,请写工号。")
	case errors.Is(err, occasion.ErrPast):
		t.Say("没有听懂到哪天为止,请写以后的日子,如:免打扰 王强 丧亲 到 12月31日。")
	case errors.Is(err, occasion.ErrNothing):
		t.Say("名单上没有这个人。")
	default:
		return err
	}
	return nil
}

func (c *care) protect(ctx context.Context, t *careTurn, officer union.MemberID, said []string) error {
	if said == nil {
		return nil
	}
	cause, until := said[2], ""
	if strings.HasPrefix(cause, "到") && said[3] == "" {
		cause, said[3] = "", strings.TrimPrefix(cause, "到")
	}
	if said[3] != "" {
		day, ok := dayIn(said[3], c.calendar.Date(t.Now))
		if !ok {
			return occasion.ErrPast
		}
		until = day.String()
	}
	s, err := c.desk.Protect(ctx, officer, said[1], cause, until)
	if err != nil {
		return err
	}
	t.Say(fmt.Sprintf("记下了:%s(%s)到 %s 为止,祝福和问候先不发,到日子先问分会主席。原因加密存放。提前结束回复\"解除免打扰 %s\"。",
		s.To.Name, s.To.Unit(), dayOf(s.Until), s.To.StaffNo))
	return nil
}

func (c *care) unprotect(ctx context.Context, t *careTurn, officer union.MemberID, called string) error {
	m, err := c.desk.Unprotect(ctx, officer, called)
	if err == nil {
		t.Say("好的," + m.Name + "(" + m.Unit() + ")的免打扰解除了。")
	}
	return err
}

func (c *care) list(ctx context.Context, t *careTurn, officer union.MemberID) error {
	list, more, err := c.desk.Protected(ctx, officer)
	if err != nil {
		return err
	}
	if len(list) == 0 {
		t.Say("免打扰名单是空的。要登记回复如:免打扰 王强 丧亲 到 12月31日。")
		return nil
	}
	lines := []string{"免打扰名单:"}
	for _, s := range list {
		line := "· " + s.To.StaffNo + " " + s.To.Name + "(" + s.To.Unit() + ")到 " + dayOf(s.Until)
		if s.Cause != "" {
			line += "," + s.Cause
		}
		lines = append(lines, line)
	}
	t.Say(strings.Join(andMore(lines, more), "\n"))
	return nil
}

// andMore says how many a list does not name.
func andMore(lines []string, more int) []string {
	if more > 0 {
		lines = append(lines, fmt.Sprintf("还有 %d 人没有列出,办完上面的再看。", more))
	}
	return lines
}

// next asks about the next greeting, or says that there is none.
func (c *care) next(ctx context.Context, t *careTurn, officer union.MemberID, none string) (bot.Next, error) {
	list, err := c.desk.Pending(ctx, officer)
	if err != nil {
		return bot.End(), c.refuse(t, err)
	}
	if len(list) == 0 {
		if none != "" {
			t.Say(none)
		}
		return bot.End(), nil
	}
	t.Data.ID = list[0].ID
	return bot.Goto("decide"), nil
}

// look shows who it is about, and asks.
func (c *care) look(ctx context.Context, t *careTurn, officer union.MemberID, id int64) (bot.Next, error) {
	_, err := c.desk.Question(ctx, officer, id)
	if errors.Is(err, union.ErrNotFound) || errors.Is(err, union.ErrSettled) {
		t.Say(saidSettled)
		return bot.End(), nil
	}
	if err != nil {
		return bot.End(), c.refuse(t, err)
	}
	t.Data.ID = id
	return bot.Goto("decide"), nil
}

const saidSettled = "这一条已经定了。要看别的回复\"待发祝福\"。"

func (c *care) ask(ctx context.Context, t *careTurn) (bot.Reply, error) {
	officer, err := c.people.acting(ctx, t.Talk)
	if err != nil {
		return bot.Reply{}, err
	}
	g, err := c.desk.Question(ctx, officer, t.Data.ID)
	switch {
	case errors.Is(err, union.ErrNotFound), errors.Is(err, union.ErrSettled), errors.Is(err, union.ErrForbidden):
		return bot.Reply{Text: saidSettled}, nil
	case err != nil:
		return bot.Reply{}, err
	}
	return bot.Reply{Text: fmt.Sprintf("%s(%s)%s %s,登记过免打扰,或有慰问、救助在办、刚办完。要发祝福吗?", g.To.Name, g.To.Unit(), dayOf(g.Day), c.desk.Label(g.Occasion)), Choices: careChoices}, nil
}

func (c *care) decide(ctx context.Context, t *careTurn, id int64, yes bool) (bot.Next, error) {
	officer, err := c.people.acting(ctx, t.Talk)
	if err != nil {
		return bot.Next{}, err
	}
	g, err := c.desk.Answer(ctx, officer, id, yes)
	switch {
	case errors.Is(err, union.ErrSettled):
		t.Say(saidSettled)
	case errors.Is(err, union.ErrNotFound), errors.Is(err, union.ErrForbidden):
		t.Say("没有等您定的这一条。")
	case err != nil:
		return bot.Next{}, err
	case yes && g.SendAt.After(t.Now):
		t.Say("好的,夜里不打扰," + c.calendar.Speech(g.SendAt) + " 发。")
	case yes:
		t.Say("好的,这就发。")
	default:
		t.Say("好的,不发。该领的慰问品照领。")
	}
	return c.next(ctx, t, officer, "")
}
