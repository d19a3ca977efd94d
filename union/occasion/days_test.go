package occasion

import (
	"testing"
	"time"

	"github.com/unionbot/unionbot/union/calendar"
	"github.com/unionbot/unionbot/union/folder"
	"github.com/unionbot/unionbot/union/reference"
)

// 腊八 of 2021 was on 10 January 2022, that of 2022 on 30 December 2022: both are greeted.
func TestTwoLunarFestivalsOfOneOfOurYearsAreTwo(t *testing.T) {
	data := loaded(t)
	data.Festivals.Festivals = []reference.Festival{{Name: "laba", Label: "腊八", On: "腊月初八", Wish: "腊八快乐"}, {Name: "fitr", Label: "开斋节", Dates: []folder.Day{"2022-12-30"}, Wish: "开斋节快乐"}}
	years := map[string]int{}
	for _, text := range []string{"2022-01-10", "2022-12-30"} {
		for _, o := range on(day(t, text), data) {
			year, ok := o.concerns(Candidate{}, data)
			if o.Festival != nil && (!ok || o.query().Year != year) {
				t.Errorf("%s of %s: %d, %v, but %d is looked for", o.Name, text, year, ok, o.query().Year)
			}
			years[o.Name+" "+text] = year
		}
	}
	if years["laba 2022-01-10"] != 2021 || years["laba 2022-12-30"] != 2022 || years["fitr 2022-12-30"] != 2022 {
		t.Errorf("years %v", years)
	}
}

// In 2030 三月三 is the day of 清明.
func TestAWishWaitsForTheDayAfterASomberOne(t *testing.T) {
	for _, o := range on(day(t, "2030-04-05"), loaded(t)) {
		if o.Name == "sanyuesan" && o.Say == day(t, "2030-04-06") {
			return
		}
	}
	t.Error("三月三 is wished on 清明")
}

// What has waited for the end of the quiet hours, 07:00, does not go out at the full hour.
func TestNothingGoesOutAtTheFullHourAfterTheNight(t *testing.T) {
	d := &Desk{Zone: time.UTC, Data: reference.NewBook(loaded(t))}
	for clock, sleeps := range map[string]bool{"21:29": false, "21:30": true, "06:59": true, "07:00": true, "07:02": true, "07:03": false, "12:00": false} {
		at, err := calendar.ParseClock(clock)
		if err != nil {
			t.Fatal(err)
		}
		now := d.moment(day(t, "2026-11-21"), at)
		if later := d.awake(now, &d.Data.Now().Greetings); later.After(now) != sleeps {
			t.Errorf("at %s it waits until %s", clock, later)
		}
	}
}

func TestEveryLineThatIsSaidCheerfullyIsThereInEnglish(t *testing.T) {
	for _, l := range loaded(t).Greetings.Lines {
		if l.En == "" && l.For != "reminder" {
			t.Errorf("the line for %s from %d years has no English", l.For, l.FromYears)
		}
	}
}
