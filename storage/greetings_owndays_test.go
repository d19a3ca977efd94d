package storage_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/calendar"
	"github.com/unionbot/unionbot/union/occasion"
	"github.com/unionbot/unionbot/union/reference"
)

// ownDays has the party say something on these days of the members' own, and on none of those that come along.
func (p *party) ownDays(days ...reference.OwnDay) *reference.Greetings {
	g := &p.Data.Now().Greetings
	g.OwnDays = nil
	for _, d := range days {
		g.OwnDays = append(g.OwnDays, d)
		g.Lines = append(g.Lines, reference.Said{For: d.Name, Text: "{address}," + d.Label + "[,{days} 天]"})
	}
	return g
}

// on lets a few workers do what a day is for, twice, and wants these words of its own days said to a member.
func (p *party) on(day string, m union.Member, want ...string) {
	p.t.Helper()
	p.now.set(at(day, "07:50"))
	p.runs(2)
	p.runs(1)
	var got []string
	for _, text := range p.said(m) {
		if !strings.Contains(text, "生日快乐") {
			got = append(got, text)
		}
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		p.t.Errorf("%s: said %q, want %q", day, got, want)
	}
}

func TestDaysBeforeAndAfterADateAreSaidOnceAYear(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		p := newParty(t, db)
		p.ownDays(
			reference.OwnDay{Name: "soon", Label: "快过生日了", Of: reference.OfBirthday, Before: 7},
			reference.OwnDay{Name: "settled", Label: "来了有一阵了", Of: reference.OfJoined, After: 30, Years: []int{0}},
			reference.OwnDay{Name: "each", Label: "又是一年", Of: reference.OfJoined, After: 60},
			reference.OwnDay{Name: "rested", Label: "退休有一阵了", Of: reference.OfRetireOn, After: 10, Late: 1},
		)
		person := func(m union.Member) union.Member {
			m.StaffNo, m.Name = storagetest.Unique("o"), "张伟"
			return put(t, p.members, p.root+"/一分厂/锅炉班", m)
		}
		newYear, leap := person(union.Member{Birthday: "1990-01-03"}), person(union.Member{Birthday: "2000-02-29"})
		lunar := person(union.Member{Birthday: "1990-06-01", LunarBirthday: "L0000-12-30"}) // 2027-02-05
		fresh, old := person(union.Member{Joined: "2026-12-10"}), person(union.Member{Joined: "2008-12-10"})
		retired := person(union.Member{RetireOn: "2027-01-01", Status: union.Retired})
		p.on("2026-12-27", newYear, "张师傅,快过生日了,7 天")
		p.on("2026-12-28", newYear)
		p.on("2027-01-03", newYear) // the wish itself
		p.on("2027-01-09", fresh, "张师傅,来了有一阵了,30 天")
		p.on("2027-01-09", old)
		p.on("2027-01-11", retired, "张师傅,退休有一阵了,10 天")
		p.on("2027-01-29", lunar, "张师傅,快过生日了,7 天")
		p.on("2027-02-08", old, "张师傅,又是一年,60 天")
		p.on("2027-02-08", fresh)
		p.on("2027-02-21", leap, "张师傅,快过生日了,7 天")
		p.on("2027-02-22", leap)
		p.on("2027-12-27", newYear, "张师傅,快过生日了,7 天")
		p.on("2028-01-09", fresh)
		p.on("2028-02-08", fresh, "张师傅,又是一年,60 天")
		p.on("2028-02-22", leap, "张师傅,快过生日了,7 天") // 29 February
		if gifts, err := p.store.Gifts(t.Context(), newYear.ID, "2027-12-28"); err != nil || len(gifts) != 0 {
			t.Errorf("the goods of the birthday wait a week before it: %+v, %v", gifts, err)
		}
	})
}

// Nobody is written to twice when something is said earlier or later than before, and nobody falls between the two numbers.
func TestAnotherNumberOfDaysSkipsAndDoublesNobody(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		p := newParty(t, db)
		g := p.ownDays(reference.OwnDay{Name: "soon", Label: "快过生日了", Of: reference.OfBirthday, Before: 3, Late: 1})
		var people []union.Member
		for day := 21; day <= 30; day++ { // 21 to 30 November
			people = append(people, p.born(fmt.Sprintf("1990-11-%d", day), ""))
		}
		got := make([]int, len(people))
		day := func(day string, before int) {
			t.Helper()
			g.OwnDays[0].Before = before
			p.now.set(at(day, "07:50"))
			p.runs(2)
			for i, m := range people {
				for _, text := range p.said(m) {
					if strings.Contains(text, "快过生日了") {
						got[i]++
					}
				}
			}
		}
		want := func(why string, want ...int) {
			t.Helper()
			if fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("%s: %v, want %v", why, got, want)
			}
		}
		day("2026-11-20", 3)
		want("three days before", 0, 0, 1, 0, 0, 0, 0, 0, 0, 0)
		day("2026-11-21", 3)
		want("the day after", 0, 0, 1, 1, 0, 0, 0, 0, 0, 0)
		day("2026-11-23", 7) // nobody was there on the 22nd
		want("seven days before", 0, 0, 1, 1, 1, 1, 1, 1, 1, 1)
		day("2026-11-24", 2)
		day("2026-11-25", 2)
		day("2026-11-26", 0)
		day("2026-11-27", 7)
		want("none and seven", 0, 0, 1, 1, 1, 1, 1, 1, 1, 1)
		retires := put(t, p.members, p.root+"/一分厂", union.Member{StaffNo: storagetest.Unique("r"), Name: "马超", RetireOn: "2027-01-10"})
		day("2026-11-28", 7)
		p.wantSaid(retires, 0, "43 days before, at 30")
		g.RetirementBefore = 60
		day("2026-11-29", 7)
		p.wantSaid(retires, 1, "42 days before, at 60")
		day("2026-12-11", 7)
		p.wantSaid(retires, 0, "once more")
	})
}

// A festival that is said some days before can be moved as well.
func TestAFestivalThatIsSaidBeforeIsMoved(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		p := newParty(t, db)
		m := p.born("1990-05-05", "")
		for i, f := range p.Data.Now().Festivals.Festivals {
			if f.Name == "new_year" {
				p.Data.Now().Festivals.Festivals[i].Before = 3
			}
		}
		if _, _, err := p.Move(t.Context(), p.chair.ID, "元旦", calendar.Date{Year: 2026, Month: 12, Day: 20}); err != nil {
			t.Fatal(err)
		}
		p.on("2026-12-20", m, "张师傅,元旦快乐!—— 一分厂分会 "+p.chair.Name)
		p.on("2026-12-29", m)
	})
}

// What is said after its day is stopped and resumed as what is said before it.
func TestWhatIsSaidAfterItsDayIsStoppedForAWeek(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		p := newParty(t, db)
		p.ownDays(reference.OwnDay{Name: "settled", Label: "入职满月", Of: reference.OfJoined, After: 80, Years: []int{0}})
		joined := func(day string) union.Member {
			return put(t, p.members, p.root+"/一分厂", union.Member{StaffNo: storagetest.Unique("j"), Name: "张伟", Joined: day})
		}
		stopped, resumed := joined("2026-09-03"), joined("2026-09-04") // 80 days before 22 and 23 November
		o, _, err := p.Stop(t.Context(), p.chair.ID, "入职满月")
		if err != nil || o.Name != "settled" {
			t.Fatalf("stopped %s, %v", o.Name, err)
		}
		p.on("2026-11-22", stopped)
		if _, err := p.Resume(t.Context(), p.chair.ID, "入职满月"); err != nil {
			t.Fatal(err)
		}
		p.on("2026-11-22", stopped, "张师傅,入职满月,80 天")
		p.on("2026-11-23", resumed, "张师傅,入职满月,80 天")
		if kind := p.Kind("settled"); kind != occasion.Anniversary || p.Label("settled") != "入职满月" {
			t.Errorf("it is %s, %s", kind, p.Label("settled"))
		}
	})
}

// A restored database does not know that the number of days was changed since, nor who was told for that.
func TestARestoredDatabaseMakesUpForNoOtherNumberOfDays(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		p := newParty(t, db)
		g := p.ownDays(reference.OwnDay{Name: "soon", Label: "快过生日了", Of: reference.OfBirthday, Before: 3})
		told, next := p.born("1990-11-28", ""), p.born("1990-12-03", "")
		p.on("2026-11-21", told)
		g.OwnDays[0].Before = 10
		p.now.set(at("2026-11-22", "07:50"))
		if _, err := (storage.Restored{Year: 26, Today: p.Today().String()}).Do(t.Context(), db, p.outbox); err != nil {
			t.Fatal(err)
		}
		p.on("2026-11-23", told)
		p.on("2026-11-23", next, "张师傅,快过生日了,10 天")
	})
}

// A contract's end is told once for each date, to the member and to the officer, whatever is turned off; one that was put off meanwhile
// is told at its new date alone.
func TestTheEndOfAContractIsToldOnceADate(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		p := newParty(t, db)
		p.ownDays(
			reference.OwnDay{Name: "ends", Label: "合同到期", Of: reference.OfContractUntil, Before: 30, Late: 29, To: []string{reference.ToMember, reference.ToOfficer}},
			reference.OwnDay{Name: "quietly", Label: "先告诉分会", Of: reference.OfContractUntil, Before: 31, To: []string{reference.ToOfficer}},
		)
		ends := func(day string) union.Member {
			return put(t, p.members, p.root+"/一分厂", union.Member{StaffNo: storagetest.Unique("c"), Name: "张伟", ContractUntil: day})
		}
		m, putOff, open := ends("2027-01-09"), ends("2027-01-09"), ends("")
		if err := p.Subscribe(t.Context(), m.ID, "", false); err != nil {
			t.Fatal(err)
		}
		p.on("2026-12-09", m)
		p.wantSaid(p.chair, 1, "31 days before, the officer alone")
		p.now.set(at("2026-12-10", "06:00"))
		if err := p.PlanDays(t.Context()); err != nil {
			t.Fatal(err)
		}
		putOff.ContractUntil = "2027-07-12"
		if _, err := p.members.Put(t.Context(), putOff, p.now.Now()); err != nil {
			t.Fatal(err)
		}
		p.on("2026-12-10", m, "张师傅,合同到期,30 天")
		p.on("2026-12-10", putOff)
		p.wantSaid(p.chair, 1, "30 days before, both")
		p.on("2026-12-11", m)
		p.on("2027-06-12", putOff, "张师傅,合同到期,30 天")
		p.on("2027-06-12", open)
		list, more, err := p.Ending(t.Context(), p.chair.ID)
		if err != nil || more != 0 || len(list) != 1 || list[0].To.ID != putOff.ID || list[0].Day != "2027-07-12" {
			t.Errorf("listed %+v, %d more, %v", list, more, err)
		}
	})
}

// A contract that was put off by mistake, and put right again, is told of all the same; one that stays put off is stopped when its
// time is over.
func TestADateThatIsPutRightAgainIsTold(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		p := newParty(t, db)
		p.ownDays(reference.OwnDay{Name: "ends", Label: "合同到期", Of: reference.OfContractUntil, Before: 30, Late: 3})
		m := put(t, p.members, p.root+"/一分厂", union.Member{StaffNo: storagetest.Unique("c"), Name: "张伟", ContractUntil: "2027-01-09"})
		gone := put(t, p.members, p.root+"/一分厂", union.Member{StaffNo: storagetest.Unique("c"), Name: "李强", ContractUntil: "2027-01-09"})
		until := func(m union.Member, day string) {
			m.ContractUntil = day
			_, err := p.members.Put(t.Context(), m, p.now.Now())
			p.must(err)
		}
		p.now.set(at("2026-12-10", "06:00"))
		p.must(p.PlanDays(t.Context()))
		until(m, "2028-01-09")
		until(gone, "")
		p.awake(at("2026-12-10", "09:00"))
		p.wantSaid(m, 0, "put off")
		until(m, "2027-01-09")
		p.awake(at("2026-12-11", "09:00"))
		p.awake(at("2026-12-12", "09:00"))
		p.wantSaid(m, 1, "put right")
		p.awake(at("2026-12-14", "09:00"))
		p.awake(at("2026-12-15", "09:00"))
		p.wantSaid(gone, 0, "cleared")
		if n, err := p.store.InState(t.Context(), []string{p.unit.Lineage}, occasion.Stopped, "", 10); err != nil || len(n) != 1 || n[0].Member != gone.ID {
			t.Errorf("stopped are %+v, %v", n, err)
		}
	})
}

// What an officer alone is told of a retirement neither the member's own choice nor a silence over the unit keeps back.
func TestWhatOfficersAloneAreToldIsNotTheMembersToDecline(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		p := newParty(t, db)
		p.ownDays(reference.OwnDay{Name: "leaving", Label: "快退休了", Of: reference.OfRetireOn, Before: 20, Late: 3, To: []string{reference.ToOfficer}})
		m := put(t, p.members, p.root+"/一分厂", union.Member{StaffNo: storagetest.Unique("r"), Name: "张伟", RetireOn: "2026-12-30"})
		p.must(p.Subscribe(t.Context(), m.ID, "", false))
		p.now.set(at("2026-12-10", "06:00"))
		p.must(p.PlanDays(t.Context()))
		_, _, _, err := p.Silence(t.Context(), p.chair.ID, "", 3)
		p.must(err)
		p.awake(at("2026-12-10", "09:00"))
		p.wantSaid(p.chair, 1, "the officer")
		p.wantSaid(m, 0, "the member")
	})
}
