package simulator

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"time"
)

// Platform is one of the two that are played.
type Platform string

// The platforms. Their names are the first half of a person's key.
const (
	WeCom           Platform = "wecom"
	OfficialAccount Platform = "officialaccount"
)

// Mode is how an Official Account's callbacks travel. [O subscription/guide/dev/push]
type Mode string

// The three modes that an account's owner can choose from.
const (
	Plain      Mode = "plain"      // nothing is encrypted
	Compatible Mode = "compatible" // plain fields and ciphertext in one body
	Safe       Mode = "safe"       // ciphertext only
)

// Config says who is played, and towards whom.
type Config struct {
	// WeCom and Account are the two accounts; one of them may be nil.
	WeCom   *App
	Account *Account
	// People hold the phones. At least one per platform that is played is wanted, or nothing can happen.
	People []Person
	// Phones are the keys of those whose phones are shown first; the first three people when empty.
	Phones []string

	// Wait is how long an answer to a callback is awaited; 5 s when zero, as on both platforms. [W90238, O Passive reply]
	Wait time.Duration
	// RetryPause lies between a failed delivery and the next try; 1 s when zero. The platforms document no figure.
	RetryPause time.Duration
	// Gap is how long a person's next message waits for the answer to the one before; 1 s when zero. Messages leave in
	// the order in which they were said, but no platform holds one back until the other is answered.
	Gap time.Duration

	// Advance is told by how much the clock was moved, so that the bot's clock can follow. May be nil.
	Advance func(d time.Duration)
	// Now is the real clock; time.Now when nil.
	Now func() time.Time
	// Logger gets what goes wrong inside; nothing when nil.
	Logger *slog.Logger
}

// App is a WeCom application of a corporation's own.
type App struct {
	Name          string // shown on the phones
	CorpID        string
	AgentID       int
	Secret        string
	ContactSecret string // the address book's secret; empty: none
	CallSecret    string // of the app that rings telephones (紧急通知应用); empty: none
	Token         string
	AESKey        string   // 43 characters
	Off           bool     // switched off by an administrator (停用)
	Parties       []int    // the visible range as departments; the root when nil
	Callbacks     []string // where messages are posted; several take turns, as behind a load balancer
	// CallsPerMinute is the base frequency of one interface; 10,000 when zero. [W90312]
	CallsPerMinute int
	// CallsPerSecond is when 45033 begins for one interface, without a limit when zero: the platform documents no figure.
	CallsPerSecond int
	// Accounts is how many the corporation may have (账号上限); as many as there are people on WeCom when zero. The app reaches 200
	// times as many a day. [W90236]
	Accounts int
}

// Account is a WeChat Official Account.
type Account struct {
	Name      string // shown on the phones
	AppID     string
	ID        string // gh_…
	Secret    string
	Token     string
	AESKey    string      // 43 characters; not needed in plain mode
	Kind      AccountKind // ServiceAccount when empty
	Mode      Mode        // Safe when empty and there is an AESKey, else Plain
	Callbacks []string
	// Templates are the account's template messages: their text by id, with places such as {{thing1.DATA}}.
	Templates map[string]string
	// Subscriptions are the same of its subscription notices (订阅通知), of which a follower has to allow each.
	Subscriptions map[string]string
	// TemplatesADay is how many template messages it may send on a day; 100,000 when zero.
	TemplatesADay int
	// AfterMessage is how many customer-service messages may follow a person's message within 48 h; 5 when zero.
	AfterMessage int
	// AfterTap is how many may follow a tap, a follow or a scan within a minute; 3 when zero. [O kf/intro]
	AfterTap int
	// CallsPerMinute is when 45011 begins for one interface; 10,000 when zero.
	CallsPerMinute int
}

// Person is somebody with a phone.
type Person struct {
	Platform    Platform `json:"platform"`
	ID          string   `json:"id"` // userid or openid
	Name        string   `json:"name"`
	About       string   `json:"about,omitempty"`       // a line under the name, such as the team
	Departments []int    `json:"departments,omitempty"` // WeCom only
	Stranger    bool     `json:"stranger,omitempty"`    // does not follow the Official Account yet
	// Hint is what whoever holds the phone should know, and Try are words to begin with; both are shown above the chat.
	Hint string   `json:"hint,omitempty"`
	Try  []string `json:"try,omitempty"`
}

// Key names the person among all: "wecom:zhangwei".
func (p Person) Key() string { return string(p.Platform) + ":" + p.ID }

// complete fills in the defaults and reports every problem together. The accounts become copies: SetCallbacks changes
// them.
func (c *Config) complete() error {
	if c.WeCom != nil {
		app := *c.WeCom
		c.WeCom = &app
	}
	if c.Account != nil {
		account := *c.Account
		c.Account = &account
	}
	c.Wait = cmp.Or(c.Wait, 5*time.Second)
	c.RetryPause = cmp.Or(c.RetryPause, time.Second)
	c.Gap = cmp.Or(c.Gap, time.Second)
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	problems := []error{c.WeCom.complete(), c.Account.complete()}
	if c.WeCom == nil && c.Account == nil {
		problems = append(problems, errors.New("no platform to play"))
	}
	if c.WeCom != nil && c.WeCom.Accounts == 0 {
		for _, p := range c.People {
			if p.Platform == WeCom {
				c.WeCom.Accounts++
			}
		}
	}
	return errors.Join(append(problems, c.completePeople()...)...)
}

func (c *Config) completePeople() []error {
	var problems []error
	known := map[string]bool{}
	for _, p := range c.People {
		switch {
		case p.ID == "" || p.Name == "":
			problems = append(problems, fmt.Errorf("person %q: id and name are needed", p.Key()))
		case known[p.Key()]:
			problems = append(problems, fmt.Errorf("person %q: named twice", p.Key()))
		case p.Platform == WeCom && c.WeCom == nil, p.Platform == OfficialAccount && c.Account == nil,
			p.Platform != WeCom && p.Platform != OfficialAccount:
			problems = append(problems, fmt.Errorf("person %q: platform is not played", p.Key()))
		}
		known[p.Key()] = true
	}
	for _, key := range c.Phones {
		if !known[key] {
			problems = append(problems, fmt.Errorf("phone of %q: nobody of that key", key))
		}
	}
	if len(c.Phones) == 0 {
		for _, p := range c.People[:min(3, len(c.People))] {
			c.Phones = append(c.Phones, p.Key())
		}
	}
	return problems
}

func (a *App) complete() error {
	if a == nil {
		return nil
	}
	a.Name = cmp.Or(a.Name, "企业微信应用")
	if a.Parties == nil {
		a.Parties = []int{1}
	}
	a.CallsPerMinute = cmp.Or(a.CallsPerMinute, 10_000)
	if a.CorpID == "" || a.AgentID == 0 || a.Secret == "" || a.Token == "" || a.AESKey == "" {
		return errors.New("wecom: corp id, agent id, secret, token and AES key are needed")
	}
	return nil
}

func (a *Account) complete() error {
	if a == nil {
		return nil
	}
	a.Name = cmp.Or(a.Name, "公众号")
	a.AfterMessage = cmp.Or(a.AfterMessage, 5)
	a.AfterTap = cmp.Or(a.AfterTap, 3)
	a.TemplatesADay = cmp.Or(a.TemplatesADay, templatesADay)
	a.Kind = cmp.Or(a.Kind, ServiceAccount)
	a.CallsPerMinute = cmp.Or(a.CallsPerMinute, 10_000)
	if a.Mode == "" {
		a.Mode = Safe
		if a.AESKey == "" {
			a.Mode = Plain
		}
	}
	if a.AppID == "" || a.ID == "" || a.Secret == "" || a.Token == "" {
		return errors.New("official account: app id, account id, secret and token are needed")
	}
	if a.Mode != Plain && a.AESKey == "" {
		return fmt.Errorf("official account: mode %q needs an AES key", a.Mode)
	}
	return nil
}
