// Package config is how the service is told what to do: one Config, its defaults and names, read from a YAML file and
// from the environment, and checked. Whatever is wrong is reported together, each problem with how to mend it. It
// opens nothing and reaches nothing; no other package reads the environment.
package config

import (
	"log/slog"
	"net/netip"
	"net/url"
	"strings"
	"time"
)

// Config is everything that an operator sets. Load fills it; names.go says what each setting is for.
type Config struct {
	Listen         string
	PublicURL      string
	InnerListen    string // "" when off
	ConsoleListen  string
	TrustedProxies []netip.Prefix

	DatabaseURL    Secret
	RedisURL       Secret
	MediaURL       Secret
	EncryptionKeys Secret
	CustodianKey   string

	WeCom           WeCom
	OfficialAccount OfficialAccount

	Timezone    *time.Location
	Language    string
	ClockOffset time.Duration
	LogLevel    slog.Level
	LogFormat   string // "json" or "text"
	// ServicesDir is the folder of the union's own service files; "" is none.
	ServicesDir string
	// Font is the file of the font for papers and charts; "" looks for one.
	Font string
	// DispatchPhone is what a person in danger is told to ring; it may be empty.
	DispatchPhone string
	// OfficeHours are the working hours of a working day, 08:30-12:00,13:30-17:30; DutyHours is when people may be reminded,
	// 08:00-20:00; Digests are the times of day of the officers' reminders, 09:00,15:00.
	OfficeHours, DutyHours, Digests string
	// BroadcastsPerSecond is how many calls for broadcasts an account may make in a second; BroadcastsPerWeek is how many that
	// are not urgent a member gets within a week, 0 for any number.
	// BroadcastsPerDay is how many persons WeCom lets the app reach a day, 0 for what follows from its members.
	BroadcastsPerSecond, BroadcastsPerWeek, BroadcastsPerDay int
	// TalkLoad is how many talks with members an officer has at once at most.
	TalkLoad int
	// ArticlesDir is the folder of the union's own articles; "" is none.
	ArticlesDir string
	// ReferenceDir is the folder of the union's own reference data; "" is none.
	ReferenceDir string

	// Traces is true where the environment names an endpoint for them by OpenTelemetry's own names, which are read by its
	// library.
	Traces bool
}

// WeCom is the union's app on WeCom.
type WeCom struct {
	CorpID        string
	AgentID       int
	Secret        Secret
	ContactSecret Secret
	// CallSecret is that of the app that rings telephones (紧急通知应用); empty where nobody is rung.
	CallSecret Secret
	Token      Secret
	AESKey     Secret
	APIURL     string
	// Departments are the paths of the units that departments of the address book are, by their numbers.
	Departments map[string]string
}

// On says whether the platform is configured.
func (w WeCom) On() bool { return w.CorpID != "" }

// OfficialAccount is the union's WeChat Official Account.
type OfficialAccount struct {
	AppID string
	// ID is the account's original id, gh_…
	ID     string
	Secret Secret
	Token  Secret
	// AESKey is empty in plain mode.
	AESKey Secret
	APIURL string
	// Templates are the account's template ids by kind of notice.
	Templates map[string]string
	// AfterMessage and AfterTouch are what may be sent to a person after a message, and after a menu tap, a follow or
	// a scan.
	AfterMessage, AfterTouch Allowance
}

// Allowance is a number of messages within a time.
type Allowance struct {
	Count int
	Life  time.Duration
}

// On says whether the platform is configured.
func (o OfficialAccount) On() bool { return o.AppID != "" }

// Embedded is the REDIS_URL of the Redis that runs inside the process.
const Embedded = "embedded"

// SQLitePath returns the path of the database file, and whether the database is one.
func (c Config) SQLitePath() (path string, ok bool) {
	return strings.CutPrefix(c.DatabaseURL.Reveal(), "sqlite:")
}

// PathPrefix is the path under which a proxy shows the service, from PUBLIC_URL: "/hui" of https://union.example.com/hui/,
// "" where the service has the whole host.
func (c Config) PathPrefix() string {
	u, err := url.Parse(c.PublicURL)
	if err != nil {
		return "" // checked by Load
	}
	return strings.TrimRight(u.Path, "/")
}

// MediaFolder returns the folder in which files are kept, and whether they are kept in one.
func (c Config) MediaFolder() (path string, ok bool) {
	return strings.CutPrefix(c.MediaURL.Reveal(), "file:")
}

// Secrets returns every secret that is set, and the passwords inside the URLs, for checks that none of them leaks.
func (c Config) Secrets() []string {
	var all []string
	for _, s := range settings {
		if !s.secret {
			continue
		}
		value := s.read(&c)
		if u, err := url.Parse(value); err == nil && u.Scheme != "" && u.Opaque == "" {
			if password, ok := u.User.Password(); ok {
				all = append(all, password)
			}
			continue
		}
		if value != "" && !strings.HasPrefix(value, "sqlite:") && !strings.HasPrefix(value, "file:") && value != Embedded {
			all = append(all, value)
		}
	}
	return all
}
