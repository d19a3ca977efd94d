package occasion

import (
	"testing"
	"time"

	shipped "github.com/unionbot/unionbot/flows/reference"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/calendar"
	"github.com/unionbot/unionbot/union/reference"
)

func loaded(t *testing.T) *reference.Data {
	t.Helper()
	d, err := reference.Load(shipped.Files)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func day(t *testing.T, text string) calendar.Date {
	t.Helper()
	d, err := calendar.ParseDate(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestWhatBecomesOfAGreeting(t *testing.T) {
	plant, other := "/1/2/", "/1/3/"
	birthday := Occasion{Name: Birthday, Day: day(t, "2026-11-21"), Say: day(t, "2026-11-21"), Late: 3, Cheerful: true}
	reminder := birthday
	reminder.Name, reminder.Cheerful = "qingming", false
	festival, chosen := birthday, birthday
	festival.Name, festival.Late, festival.Festival = "sanyuesan", 0, &reference.Festival{Name: "sanyuesan", Wish: "三月三快乐"}
	chosen.Name, chosen.Festival = "water", &reference.Festival{Name: "water", Wish: "泼水节快乐", Chosen: true}
	for name, c := range map[string]struct {
		today    string
		occasion Occasion
		state    State
		member   union.Member
		choice   Choice
		shielded bool
		silence  string
		order    Order
		somber   bool
		want     State
		until    string
	}{
		"on the day":               {occasion: birthday, want: Given},
		"the day before":           {today: "2026-11-20", occasion: birthday, want: Planned, until: "2026-11-21"},
		"three days late":          {today: "2026-11-24", occasion: birthday, want: Given},
		"four days late":           {today: "2026-11-25", occasion: birthday, want: Missed},
		"late, and a person's yes": {today: "2026-11-25", occasion: birthday, state: Approved, want: Given},
		"left":                     {occasion: birthday, member: union.Member{Status: union.Left}, want: Gone},
		"retired":                  {occasion: birthday, member: union.Member{Status: union.Retired, Lineage: plant}, want: Given},
		"not wanted":               {occasion: birthday, choice: Choice{Off: []string{Birthday}}, want: Off},
		"nothing wanted":           {occasion: birthday, choice: Choice{Off: []string{everything}}, want: Off},
		"festivals not wanted":     {occasion: birthday, choice: Choice{Off: []string{FestivalKind}}, want: Given},
		"in mourning":              {occasion: birthday, shielded: true, want: Asked},
		"in mourning, allowed":     {occasion: birthday, shielded: true, state: Approved, want: Given},
		"a reminder, in mourning":  {occasion: reminder, shielded: true, want: Given},
		"silence":                  {occasion: birthday, silence: plant, want: Held},
		"silence, allowed before":  {occasion: birthday, silence: plant, state: Approved, want: Held},
		"silence of another plant": {occasion: birthday, silence: other, want: Given},
		"a reminder in silence":    {occasion: reminder, silence: plant, want: Given},
		"a somber day":             {occasion: birthday, somber: true, want: Planned, until: "2026-11-22"},
		"a wish on a somber day":   {occasion: festival, somber: true, want: Planned, until: "2026-11-22"},
		"a reminder on such a day": {occasion: reminder, somber: true, want: Given},
		"chosen":                   {occasion: chosen, choice: Choice{Chosen: []string{"water"}}, want: Given},
		"not chosen any more":      {occasion: chosen, want: Off},
		"stopped":                  {occasion: birthday, order: Order{Occasion: Birthday, Lineage: "/1/", From: "2026-11-20", Until: "2026-11-26"}, want: Stopped},
		"stopped elsewhere":        {occasion: birthday, order: Order{Occasion: Birthday, Lineage: other, From: "2026-11-20", Until: "2026-11-26"}, want: Given},
		"stopped another week":     {occasion: birthday, order: Order{Occasion: Birthday, Lineage: "/1/", From: "2026-11-22", Until: "2026-11-26"}, want: Given},
		"moved to later":           {occasion: birthday, order: Order{Occasion: Birthday, Lineage: plant, From: "2026-11-21", Until: "2026-11-21", To: "2026-11-23"}, want: Planned, until: "2026-11-23"},
	} {
		if c.today == "" {
			c.today = "2026-11-21"
		}
		if c.state == "" {
			c.state = Planned
		}
		if c.member.Status == "" {
			c.member = union.Member{Status: union.Active, Lineage: plant}
		}
		s := scene{today: day(t, c.today), somber: c.somber, orders: []Order{c.order}}
		if c.silence != "" {
			s.silences = []Silence{{ID: 7, Lineage: c.silence, Until: time.Now()}}
		}
		v := s.of(c.occasion, Greeting{Occasion: c.occasion.Name, Day: "2026-11-21", State: c.state}, Candidate{Member: c.member, Choice: c.choice}, c.shielded)
		until := ""
		if v.until != (calendar.Date{}) {
			until = v.until.String()
		}
		if v.State != c.want || until != c.until {
			t.Errorf("%s: %s until %q, want %s until %q", name, v.State, until, c.want, c.until)
		}
	}
}

// What is said on which day: birthdays wait for the day after 清明, the reminder comes before it, and 端午 is wished as people do.
func TestWhatIsSaidOnADay(t *testing.T) {
	data := loaded(t)
	named := func(of, name string) (Occasion, bool) {
		for _, o := range on(day(t, of), data) {
			if o.Name == name {
				return o, true
			}
		}
		return Occasion{}, false
	}
	if o, ok := named("2026-04-05", Birthday); !ok || o.Say != day(t, "2026-04-06") || o.Day != day(t, "2026-04-05") {
		t.Errorf("a birthday on 清明: %+v", o)
	}
	if o, ok := named("2026-04-03", "qingming"); !ok || o.Cheerful || o.Day != day(t, "2026-04-05") {
		t.Errorf("the reminder of 清明: %+v, %v", o, ok)
	}
	if _, ok := named("2026-04-05", "qingming"); ok {
		t.Error("something is said on 清明 itself")
	}
	if o, ok := named("2026-06-19", "dragon_boat"); !ok || o.Festival.Wish != "端午安康" {
		t.Errorf("端午: %+v", o)
	}
	if _, ok := named("2026-12-13", "memorial"); ok {
		t.Error("something is said on 国家公祭日")
	}
	if o, ok := named("2026-12-13", Anniversary); !ok || o.Say != day(t, "2026-12-14") {
		t.Errorf("years of service on 国家公祭日: %+v", o)
	}
	if o, _ := named("2026-11-21", Retirement); o.Day != day(t, "2026-12-21") {
		t.Errorf("retirement: %+v", o)
	}
}

func TestTheNearestWordsAreSaid(t *testing.T) {
	g := &loaded(t).Greetings
	g.Lines = append(g.Lines,
		reference.Said{For: Birthday, Units: []string{"集团公司/一分厂"}, Text: "plant"},
		reference.Said{For: Birthday, Units: []string{"集团公司/一分厂"}, Posts: []string{"司炉"}, Text: "post"},
		reference.Said{For: Birthday, Units: []string{"集团公司/一分厂/锅炉班"}, Text: "team"},
	)
	for who, want := range map[reference.Who]string{
		{Unit: "集团公司/一分厂/质检班"}:              "plant",
		{Unit: "集团公司/一分厂/质检班", Post: "司炉工"}: "post",
		{Unit: "集团公司/一分厂/锅炉班", Post: "司炉工"}: "team",
		{Unit: "集团公司/一分厂二部", Years: 1}:      g.Lines[0].Text,
		{Unit: "集团公司/二分厂", Years: 31}:       g.Lines[1].Text,
		{Unit: "集团公司/二分厂", Years: 29}:       g.Lines[0].Text,
	} {
		if l, _ := g.Line(who, Birthday); l.Text != want {
			t.Errorf("%+v: %s", who, l.Text)
		}
	}
	for post, want := range map[string]string{"司炉工": "师傅", "小学教师": "老师", "工会主席": "同志", "": "师傅", "护士": "护士"} {
		if got := g.Address(post); got != want {
			t.Errorf("%s is addressed as %s", post, got)
		}
	}
	g.Gifts = []reference.Gift{{Key: "cake", For: []string{Birthday}, Name: "蛋糕券", Days: 29, Notes: []string{"糖尿病"}, InPlace: "无糖点心"}}
	if gift, ok := g.GiftFor(reference.Who{}, Birthday); !ok || gift.Key != "cake" {
		t.Errorf("for a birthday: %+v", gift)
	}
	for notes, want := range map[string]string{"有糖尿病": "无糖点心", "": "蛋糕券"} {
		if got := g.GiftName("cake", notes); got != want {
			t.Errorf("with notes %q: %s", notes, got)
		}
	}
	if got := g.GiftName("gone", ""); got != "慰问品" {
		t.Errorf("goods that the file does not know any more: %s", got)
	}
}

func TestWhatLacksIsLeftOut(t *testing.T) {
	text := "{address},生日快乐![今天是{today}。][在{unit|单位}干了 {years} 年。]{gift|一份心意}[—— {sign}]"
	for want, values := range map[string]map[string]string{
		"张师傅,生日快乐!一份心意": {"address": "张师傅"},
		"张师傅,生日快乐!今天是农历十月十三。在单位干了 18 年。蛋糕—— 李芳": {"address": "张师傅", "today": "农历十月十三", "years": "18", "gift": "蛋糕", "sign": "李芳"},
	} {
		if got := reference.Say(text, values); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}
