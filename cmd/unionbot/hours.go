package main

import (
	"time"

	"github.com/unionbot/unionbot/config"
	"github.com/unionbot/unionbot/union/calendar"
)

// openCalendar is the working calendar with the union's own hours, as it speaks at the time that now tells.
func openCalendar(c config.Config, now func() time.Time) (*calendar.Calendar, error) {
	days, err := calendar.New(c.Timezone)
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
