package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/unionbot/unionbot/config"
	"github.com/unionbot/unionbot/union/calendar"
	"github.com/unionbot/unionbot/union/folder"
)

// ownHolidays is the file in REFERENCE_DIR in which a union puts a notice that came after this release.
const ownHolidays = "holidays.txt"

// readHolidays lays the union's own holidays over those that come along; own says nothing where there are none.
func readHolidays(c config.Config) (days *calendar.Calendar, own calendar.Own, err error) {
	if days, err = calendar.New(c.Timezone); err != nil {
		return nil, own, err
	}
	dir, err := ownFolder(c.ReferenceDir)
	if err != nil || dir == nil {
		return days, own, err
	}
	file, err := fs.ReadFile(dir, ownHolidays)
	if errors.Is(err, fs.ErrNotExist) {
		return days, own, nil
	}
	if err != nil {
		return nil, own, fmt.Errorf("read holidays: %w", err)
	}
	if days, own, err = days.WithOwn(bytes.NewReader(folder.Canonical(file))); err != nil {
		return nil, own, fmt.Errorf("%s of REFERENCE_DIR: %w", ownHolidays, err)
	}
	return days, own, nil
}

// openCalendar is the working calendar with the union's own holidays and hours, as it speaks at the time that now tells.
func openCalendar(c config.Config, now func() time.Time) (*calendar.Calendar, error) {
	days, _, err := readHolidays(c)
	if err != nil {
		return nil, err
	}
	var hours calendar.Hours
	if c.OfficeHours != "" {
		if hours.Office, err = calendar.ParseSpans(c.OfficeHours); err != nil {
			return nil, err
		}
	}
	if c.DutyHours != "" {
		duty, err := calendar.ParseSpans(c.DutyHours)
		if err != nil {
			return nil, err
		}
		hours.Duty = duty[0]
	}
	if c.Digests != "" {
		if hours.Digests, err = calendar.ParseClocks(c.Digests); err != nil {
			return nil, err
		}
	}
	return days.WithHours(hours).Speaking(now), nil
}
