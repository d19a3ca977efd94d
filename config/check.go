package config

import (
	"net"
	"net/url"
	"slices"
	"strings"
)

// checkPlatforms says what lacks of a platform of which something is set.
func (l *loader) checkPlatforms() {
	for _, platform := range []string{wecom, officialAccount} {
		var set, lacking []string
		for _, s := range settings {
			if s.platform != platform {
				continue
			}
			if _, ok := l.given[s.name]; ok {
				set = append(set, s.name)
			} else if s.required {
				lacking = append(lacking, s.name)
			}
		}
		if len(set) > 0 && len(lacking) > 0 {
			l.problem(platform, "", "%s is set, but not %s; set them all, or none to switch the platform off",
				strings.Join(set, ", "), strings.Join(lacking, ", "))
		}
	}
}

func (l *loader) checkNeeds(needs []string) {
	_, sqlite := l.config.SQLitePath()
	for _, s := range settings {
		_, ok := l.given[s.name]
		if ok || s.byDefault != "" || !slices.Contains(needs, s.name) {
			continue
		}
		if s.name == "ENCRYPTION_KEYS" && sqlite {
			continue // one is made beside the database file
		}
		l.problem(s.name, "", "is not set: %s", s.help)
	}
}

func (l *loader) checkCombinations() {
	if g, ok := l.given["CONSOLE_LISTEN"]; ok && l.config.ConsoleListen == l.config.Listen && !strings.HasSuffix(l.config.Listen, ":0") {
		l.problem(g.name, g.where, "is the address of LISTEN; leave it out, and the console is served there")
	}
	_, sqlite := l.config.SQLitePath()
	if l.config.DatabaseURL.IsSet() && !sqlite && l.config.RedisURL.Reveal() == Embedded {
		g := l.given["REDIS_URL"]
		l.problem(g.name, g.where, "embedded is for one process with SQLite; with MySQL name a Redis server, such as redis://127.0.0.1:6379/0")
	}
	if l.config.ClockOffset == 0 {
		return
	}
	for _, api := range []struct {
		on        bool
		name, url string
	}{
		{l.config.WeCom.On(), "WECOM_API_URL", l.config.WeCom.APIURL},
		{l.config.OfficialAccount.On(), "OFFICIAL_ACCOUNT_API_URL", l.config.OfficialAccount.APIURL},
	} {
		if api.on && !loopback(api.url) {
			g := l.given["CLOCK_OFFSET"]
			l.problem(g.name, g.where, "is for rehearsals against the simulator: %s is not on loopback; take it out", api.name)
		}
	}
}

func loopback(rawURL string) bool {
	u, err := url.Parse(rawURL)
	if err != nil {
		return false
	}
	if u.Hostname() == "localhost" {
		return true
	}
	ip := net.ParseIP(u.Hostname())
	return ip != nil && ip.IsLoopback()
}
