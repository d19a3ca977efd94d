package main

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/unionbot/unionbot/flows/services"
	"github.com/unionbot/unionbot/union/calendar"
	"github.com/unionbot/unionbot/union/service"
)

// examineData looks at the files that come with the binary and grow old with it.
func examineData(_ context.Context, p *patient) []finding {
	return []finding{examineCalendar(p), examineServices()}
}

// examineCalendar wants next year's holidays from November on, when they are published.
func examineCalendar(p *patient) finding {
	const name, do = "calendar", "install the newest unionbot: a release with the holidays follows the State Council's notice, usually in November"
	days, err := calendar.New(p.config.Timezone)
	if err != nil {
		return bad(name, "install unionbot anew", "%v", err)
	}
	today := p.now().In(p.config.Timezone)
	var missing []string
	for year := today.Year(); year <= today.Year()+1; year++ {
		if !days.Known(year) && (year == today.Year() || today.Month() >= time.November) {
			missing = append(missing, strconv.Itoa(year))
		}
	}
	if len(missing) > 0 {
		return warning(name, do, "does not know the holidays of %s: a deadline may fall on one", strings.Join(missing, " and "))
	}
	return fine(name, "knows the holidays that have been published")
}

func examineServices() finding {
	const name = "services"
	set, err := service.Load(services.Files)
	if err != nil {
		return bad(name, "unionbot services check says what is wrong with each", "%v", err)
	}
	return fine(name, "%d in order", len(set.All()))
}
