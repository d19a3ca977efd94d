package storage_test

import (
	"testing"

	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/reference"
)

// A retirement, or the end of a contract, that is moved after it was planned is told anew, once for each date: as many days before it as
// ever, or at once where the new date is nearer than that. What was planned for the old date is not said.
func TestADateThatIsMovedIsToldAnew(t *testing.T) {
	for name, each := range map[string]struct {
		of   string
		date func(m *union.Member) *string
	}{
		"retirement": {reference.OfRetireOn, func(m *union.Member) *string { return &m.RetireOn }},
		"contract":   {reference.OfContractUntil, func(m *union.Member) *string { return &m.ContractUntil }},
	} {
		t.Run(name, func(t *testing.T) {
			storagetest.Each(t, func(t *testing.T, db *storage.DB) {
				p := newParty(t, db)
				p.Data.Now().Greetings.RetirementBefore = -400 // this alone is looked at
				p.ownDays(reference.OwnDay{Name: "ends", Label: "快到了", Of: each.of, Before: 30, Late: 5})
				one, other := union.Member{StaffNo: storagetest.Unique("d"), Name: "张伟"}, union.Member{StaffNo: storagetest.Unique("d"), Name: "李强"}
				*each.date(&one), *each.date(&other) = "2027-06-30", "2027-06-30"
				one, other = put(t, p.members, p.root+"/一分厂", one), put(t, p.members, p.root+"/一分厂", other)
				move := func(m *union.Member, to string) {
					*each.date(m) = to
					_, err := p.members.Put(t.Context(), *m, p.now.Now())
					p.must(err)
				}
				p.on("2027-05-31", one, "张师傅,快到了,30 天")
				p.on("2027-05-31", other, "李师傅,快到了,30 天")
				move(&one, "2027-08-31")
				p.on("2027-06-01", one)
				p.on("2027-06-30", one)
				p.now.set(at("2027-08-01", "06:00"))
				p.must(p.PlanDays(t.Context()))
				move(&one, "2027-08-20") // planned, and not told yet
				p.on("2027-08-01", one, "张师傅,快到了,19 天")
				p.on("2027-08-02", one)
				p.on("2027-08-21", one)
				p.on("2027-08-31", other)
				move(&other, "2027-09-10") // nearer than thirty days
				p.on("2027-09-01", other, "李师傅,快到了,9 天")
				p.on("2027-09-02", other)
				p.on("2027-09-10", other)
			})
		})
	}
}

// Whom nothing was planned for hears nothing late: only a date that was moved is made up for.
func TestADateThatWasNotMovedIsNotMadeUpFor(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		p := newParty(t, db)
		p.ownDays(reference.OwnDay{Name: "ends", Label: "快到了", Of: reference.OfContractUntil, Before: 30, Late: 5})
		p.on("2027-05-30", p.chair)
		m := put(t, p.members, p.root+"/一分厂", union.Member{StaffNo: storagetest.Unique("d"), Name: "张伟", ContractUntil: "2027-06-20"})
		p.on("2027-05-31", m)
	})
}
