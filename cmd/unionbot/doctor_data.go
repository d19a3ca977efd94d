package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/unionbot/unionbot/config"
	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/union/calendar"
	"github.com/unionbot/unionbot/union/service"
)

// examineData looks at the files that come with the binary and grow old with it.
func examineData(ctx context.Context, p *patient) []finding {
	return []finding{examineCalendar(p), examineServices(ctx, p)}
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

// examineServices reads the services as serve does, and asks the database which of them a running instance has taken: an
// instance publishes a version before it offers it.
func examineServices(ctx context.Context, p *patient) finding {
	const name = "services"
	set, err := loadServices(p.config)
	if err != nil {
		return bad(name, "mend the file that is named: what runs goes on with the services before, and does not start again; unionbot services check says all that is wrong",
			"of %s are refused: %v", folderName(p.config), err)
	}
	today := len(set.On(service.DayOf(p.now().In(p.config.Timezone))).All())
	detail := fmt.Sprintf("%d offered today, from %s", today, folderName(p.config))
	if p.schemaErr(ctx) != nil {
		return fine(name, "%s", detail)
	}
	published, err := storage.NewServices(p.db, p.now).Published(ctx)
	if err != nil {
		return warning(name, "run doctor again", "%s; when they were taken cannot be read: %v", detail, err)
	}
	if len(published) == 0 {
		return fine(name, "%s; serve has not run yet", detail)
	}
	var newest time.Time
	var waiting []string
	for _, s := range set.Versions() {
		at, ok := published[s.Hash]
		if !ok {
			waiting = append(waiting, s.File)
		}
		if at.After(newest) {
			newest = at
		}
	}
	if len(waiting) > 0 {
		return warning(name, "start unionbot serve; if it runs, see whether its SERVICES_DIR is this folder, and its log",
			"%s; no running instance has taken %s", detail, strings.Join(waiting, ", "))
	}
	return fine(name, "%s; the newest text was taken on %s", detail, newest.In(p.config.Timezone).Format(time.DateTime))
}

func folderName(c config.Config) string {
	if c.ServicesDir == "" {
		return "the program itself"
	}
	return "the program and " + c.ServicesDir
}
