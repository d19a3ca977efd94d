package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/unionbot/unionbot/config"
	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/union/fund"
	"github.com/unionbot/unionbot/union/service"
)

// examineData looks at the files that come with the binary and grow old with it.
func examineData(ctx context.Context, p *patient) []finding {
	return []finding{examineCalendar(p), examineServices(ctx, p), examineFigures(p), examineArticles(p), examineReference(p), examineFunds(ctx, p)}
}

// examineCalendar wants next year's holidays from November on, when they are published.
func examineCalendar(p *patient) finding {
	const name, do = "calendar", "put the State Council's notice, which comes in November as a rule, into holidays.txt of REFERENCE_DIR and restart serve (docs/deadlines.md), or install a release that has it"
	days, own, err := readHolidays(p.config)
	if err != nil {
		return bad(name, "mend holidays.txt of REFERENCE_DIR: serve does not start with it", "%v", err)
	}
	today := p.now().In(p.config.Timezone)
	var missing []string
	for year := today.Year(); year <= today.Year()+1; year++ {
		if !days.Known(year) && (year == today.Year() || today.Month() >= time.November) {
			missing = append(missing, strconv.Itoa(year))
		}
	}
	from := ""
	if len(own.Years) > 0 {
		from = fmt.Sprintf("; those of %v are from holidays.txt of REFERENCE_DIR (%s, as of %s)", own.Years, own.Source, own.AsOf)
	}
	switch {
	case len(missing) > 0:
		return warning(name, do, "does not know the holidays of %s: a deadline may fall on one%s", strings.Join(missing, " and "), from)
	case len(own.Differs) > 0:
		return warning(name, "compare with the notice: take the days out of holidays.txt of REFERENCE_DIR that this release has now, or leave the file if it is the release that is wrong",
			"%s says otherwise than this release of %v%s", ownHolidays, own.Differs, from)
	}
	return fine(name, "knows the holidays that have been published%s", from)
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

// examineFigures wants the figures of services looked through when their files say so.
func examineFigures(p *patient) finding {
	const name = "figures"
	set, err := loadServices(p.config)
	if err != nil {
		return fine(name, "not looked at: the services are refused")
	}
	today := service.DayOf(p.now().In(p.config.Timezone))
	var old []string
	for _, s := range set.On(today).Aged(today) {
		old = append(old, fmt.Sprintf("%s (%s, as of %s)", s.File, s.Basis.Rule.ZH, s.Basis.AsOf))
	}
	if len(old) > 0 {
		return warning(name, "compare them with the rules of this year, write what changed into the file, or its day as as_of and a later review_by",
			"should have been looked through by now: %s", strings.Join(old, ", "))
	}
	return fine(name, "of services are not due to be looked through")
}

// examineFunds wants a fund of this year for every service that pays from one, and next year's in December.
func examineFunds(ctx context.Context, p *patient) finding {
	const name = "funds"
	set, err := loadServices(p.config)
	if err != nil || p.schemaErr(ctx) != nil {
		return fine(name, "not looked at: services or database are not in order")
	}
	now := p.now().In(p.config.Timezone)
	years := []int{now.Year()}
	if now.Month() == time.December {
		years = append(years, now.Year()+1)
	}
	var missing []string
	for _, s := range set.On(service.DayOf(now)).All() {
		for _, year := range years {
			if !slices.ContainsFunc(s.Steps(), func(step service.Step) bool { return step.Reserve }) {
				continue // it draws on no fund, or what would is switched off
			}
			_, err := storage.NewFunds(p.db).Of(ctx, s.Fund, year)
			if one := fmt.Sprintf("%s %d", s.Fund, year); errors.Is(err, fund.ErrUnknown) && !slices.Contains(missing, one) {
				missing = append(missing, one)
			} else if err != nil && !errors.Is(err, fund.ErrUnknown) {
				return warning(name, "run doctor again", "cannot be read: %v", err)
			}
		}
	}
	if len(missing) > 0 {
		return warning(name, "run unionbot funds set: until then nothing is granted from it", "are not set up: %s", strings.Join(missing, ", "))
	}
	return fine(name, "that services pay from are set up")
}

func folderName(c config.Config) string {
	if c.ServicesDir == "" {
		return "the program itself"
	}
	return "the program and " + c.ServicesDir
}
