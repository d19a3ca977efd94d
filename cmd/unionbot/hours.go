package main

import (
	"github.com/unionbot/unionbot/config"
	"github.com/unionbot/unionbot/union/calendar"
)

// openCalendar is the working calendar with the union's own hours.
func openCalendar(c config.Config) (*calendar.Calendar, error) {
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
	return days.WithHours(hours), nil
}
