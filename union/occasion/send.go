package occasion

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/calendar"
	"github.com/unionbot/unionbot/union/notice"
	"github.com/unionbot/unionbot/union/reference"
)

const (
	// handBatch is how many greetings one transaction hands over.
	handBatch = 100
	// queueMost is how many greetings wait in the outbox at most: what is there already can still be taken back, but not as
	// surely as what is not.
	queueMost = 2000
	// unknownAgain is after how long a greeting is looked at again of which the data know nothing.
	unknownAgain = 10 * time.Minute
)

// HandOver gives the outbox what is due, and says how many greetings it dealt with. Several may do so at once: a greeting and
// its notice change in one transaction, and the notice has a key of its own. In the quiet hours nothing is handed over,
// unless always is said.
func (d *Desk) HandOver(ctx context.Context, always bool) (int64, error) {
	data := d.Data.Now()
	if now := d.Now(); !always && d.awake(now, &data.Greetings).After(now) {
		return 0, nil
	}
	queued, err := d.Store.Queued(ctx, queueMost)
	if err != nil || queued >= queueMost {
		return 0, err
	}
	due, err := d.Store.Waiting(ctx, d.Now(), handBatch)
	if err != nil || len(due) == 0 {
		return 0, err
	}
	s, shields, err := d.scene(ctx, due)
	if err != nil {
		return 0, err
	}
	pictures, err := d.pictures(ctx, due, data)
	if err != nil {
		return 0, err
	}
	err = d.Store.Tx(ctx, func(ctx context.Context) error {
		for _, g := range due {
			_, shielded := shields[g.Member]
			if err := d.handOver(ctx, g, s, shielded, pictures); err != nil {
				return fmt.Errorf("greet member %d: %w", g.Member, err)
			}
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	return int64(len(due)), nil
}

// scene reads what holds now, and who of them is not to be greeted.
func (d *Desk) scene(ctx context.Context, due []Due) (s scene, shields map[union.MemberID]Shield, err error) {
	s.now, s.today = d.Now(), d.today()
	s.somber = d.Data.Now().Somber(s.today)
	if s.silences, err = d.Store.Silences(ctx); err != nil {
		return s, nil, err
	}
	if s.orders, err = d.Store.Orders(ctx, s.today.AddDays(-lookBack-reference.MostDays).String()); err != nil {
		return s, nil, err
	}
	ids := make([]union.MemberID, 0, len(due))
	for _, g := range due {
		ids = append(ids, g.Member)
	}
	shields, err = d.Store.ShieldsOf(ctx, ids, s.today.String())
	return s, shields, err
}

func (d *Desk) handOver(ctx context.Context, due Due, s scene, shielded bool, pictures album) error {
	g, from, data := due.Greeting, due.State, d.Data.Now()
	o, err := find(g, data)
	if err != nil { // it was taken out of the data, or this replica has not read them again yet: another one may know it
		if g.SendAt = s.now.Add(unknownAgain); g.SayOn < s.today.String() {
			g.State = Stopped
		}
		_, err = d.Store.Change(ctx, g, from)
		return err
	}
	v := s.of(o, g, due.To, shielded)
	g.State, g.Hold = v.State, v.hold
	officers, err := d.asked(ctx, o, v.State, due.To.Member)
	if err != nil {
		return err
	}
	var text string
	switch {
	case v.State == Given:
		if text, err = d.text(ctx, g, o, due.To, s.today); errors.Is(err, errNoWords) { // it is set aside, and the others go on
			d.Logger.Error("greeting set aside", "greeting", g.ID, "cause", err)
			g.State, err = Unworded, nil
		}
		if err != nil {
			return err
		}
	case v.until != (calendar.Date{}):
		g.SendAt, g.SayOn = d.moment(v.until, data.Greetings.At()), v.until.String()
		if o.Festival == nil && s.moved(o, due.To) == o.Say { // put off, not moved: it is late from the day on which it was due
			g.SayOn = due.SayOn
		}
	case v.State == Asked && len(officers) == 0:
		g.State = Declined
	}
	mine, err := d.Store.Change(ctx, g, from)
	if err != nil || !mine {
		return err
	}
	if g.State == Given {
		if err := d.give(ctx, g, text, pictures.of(data, o, due.To)); err != nil {
			return err
		}
	}
	for _, h := range officers {
		note := notice.Notice{Kind: notice.KindCare, Policy: notice.Resend, To: h.Member}
		if v.State == Asked {
			note.Key, note.Body = fmt.Sprintf("greeting-ask/%d/%d", g.ID, h.Member), d.Words.AskOfficer(g, o.Label)
		} else { // once a day, however many there are
			note.Key, note.Body = fmt.Sprintf("greeting-dates/%d/%s", h.Member, s.today), d.Words.DatesListed()
		}
		if err := d.Outbox.Put(ctx, note); err != nil {
			return err
		}
	}
	return nil
}

// asked are the officers who are asked about a greeting, or told of it.
func (d *Desk) asked(ctx context.Context, o Occasion, state State, m union.Member) ([]union.Holding, error) {
	if state == Asked || o.officer && (state == Given || state == Told) {
		return d.officers(ctx, m)
	}
	return nil, nil
}

// give hands over the words, and behind them the picture, each once.
func (d *Desk) give(ctx context.Context, g Greeting, text string, picture *notice.File) error {
	said := []notice.Notice{{Key: g.Key(), Kind: notice.KindGreeting, Policy: notice.Hold, To: g.Member, Body: notice.Body{Text: text}}}
	if picture != nil {
		said = append(said, notice.Notice{Key: g.PictureKey(), Kind: notice.KindGreeting, Policy: notice.Hold, To: g.Member, Body: notice.Body{File: picture}})
	}
	return d.Outbox.Put(ctx, said...)
}

// officers are the nearest who may say whether somebody is greeted: the branch's chair, or the union's.
func (d *Desk) officers(ctx context.Context, m union.Member) ([]union.Holding, error) {
	for _, role := range []union.Role{union.BranchChair, union.Chair} {
		holders, err := d.Members.Holders(ctx, role, m.Lineage)
		if err != nil {
			return nil, err
		}
		holders = slices.DeleteFunc(holders, func(h union.Holding) bool { return h.Member == m.ID })
		if len(holders) > 0 {
			return slices.DeleteFunc(holders, func(h union.Holding) bool { return h.Org != holders[0].Org }), nil
		}
	}
	return nil, nil
}

// text is what a member is told on a day, the day of the occasion or a later one.
func (d *Desk) text(ctx context.Context, g Greeting, o Occasion, to Candidate, today calendar.Date) (string, error) {
	sign, err := d.sign(ctx, to.Member, d.inEnglish(to))
	if err != nil {
		return "", err
	}
	return d.say(g, o, to, sign, today)
}

// errNoWords means that the data have no line for somebody.
var errNoWords = errors.New("no words for this occasion")

// say finds the words and fills them.
func (d *Desk) say(g Greeting, o Occasion, to Candidate, sign string, today calendar.Date) (string, error) {
	data := d.Data.Now()
	names := o.names()
	if o.Festival != nil && o.Festival.Wish == "" {
		names = []string{o.Name, "reminder"}
	}
	line, ok := data.Greetings.Line(who(to.Member, o.Day), names...)
	if !ok {
		return "", fmt.Errorf("%w: %s", errNoWords, o.Name)
	}
	text := line.Text
	if d.inEnglish(to) && line.En != "" {
		text = line.En
	}
	return reference.Say(text, d.values(g, o, to, sign, today)), nil
}

func (d *Desk) values(g Greeting, o Occasion, to Candidate, sign string, today calendar.Date) map[string]string {
	data := d.Data.Now()
	english := d.inEnglish(to)
	v := map[string]string{
		"name": to.Name, "address": union.FamilyName(to.Name) + data.Greetings.Address(to.Post), "unit": topUnit(to.OrgPath), "sign": sign,
		"gift": data.Greetings.GiftNameIn(g.Gift, to.Notes, english), "day": speech(o.Day, english),
	}
	if years := yearsSince(to.Joined, o.Day); years > 0 {
		v["years"] = strconv.Itoa(years)
	}
	if until, err := calendar.ParseDate(g.GiftUntil); err == nil && g.Gift != "" {
		v["until"] = speech(until, english)
	}
	if o.Festival != nil {
		v["festival"], v["wish"], v["reminder"] = o.Festival.Said(english)
	}
	if days := daysBetween(today, o.Day); days != 0 {
		v["days"] = strconv.Itoa(max(days, -days))
	}
	switch o.Name {
	case Retirement:
		v["until"] = speech(o.Day, english)
	case Birthday:
		late := daysBetween(o.Day, today)
		switch {
		case late > 0 && english:
			v["late"] = "These wishes are late, and come from the heart. "
		case late > 0:
			v["late"] = fmt.Sprintf("祝福晚到了 %d 天,请别见怪。", late)
		case to.KeepsLunar():
			v["today"] = "农历" + calendar.LunarOf(o.Day).Speech()
		}
	}
	return v
}

// daysBetween is how many days one is after another, less than 0 for before it.
func daysBetween(from, to calendar.Date) int {
	noon := func(d calendar.Date) time.Time { return time.Date(d.Year, d.Month, d.Day, 12, 0, 0, 0, time.UTC) }
	return int(noon(to).Sub(noon(from)) / (24 * time.Hour))
}

func speech(day calendar.Date, english bool) string {
	if english {
		return time.Date(day.Year, day.Month, day.Day, 0, 0, 0, 0, time.UTC).Format("2 January")
	}
	return fmt.Sprintf("%d月%d日", day.Month, day.Day)
}

// topUnit is the unit below the root: 一分厂. At the root it is the root.
func topUnit(path string) string {
	names := strings.Split(path, "/")
	return names[min(1, len(names)-1)]
}

// sign is who greets: the nearest chair of a branch, or of the union.
func (d *Desk) sign(ctx context.Context, m union.Member, english bool) (string, error) {
	for _, role := range []union.Role{union.BranchChair, union.Chair} {
		holders, err := d.Members.Holders(ctx, role, m.Lineage)
		if err != nil {
			return "", err
		}
		for _, h := range holders {
			if h.Member == m.ID { // nobody greets themselves
				continue
			}
			chair, err := d.Members.Get(ctx, h.Member)
			if err != nil {
				return "", err
			}
			name := h.Path[strings.LastIndexByte(h.Path, '/')+1:]
			switch {
			case english:
				return chair.Name + ", " + name, nil
			case role == union.BranchChair:
				return name + "分会 " + chair.Name, nil
			}
			return name + "工会 " + chair.Name, nil
		}
	}
	return "", nil
}
