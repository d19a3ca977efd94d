package broadcast

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/calendar"
	"github.com/unionbot/unionbot/union/folder"
)

// Written is a broadcast as a file has it: organisations are paths, and its writer a staff number.
type Written struct {
	ID            string   `yaml:"id"`
	Author        string   `yaml:"author"`
	Text          string   `yaml:"text"`
	Organisations []string `yaml:"organisations"`
	Posts         []string `yaml:"posts"`
	Roles         []string `yaml:"roles"`
	Tags          []string `yaml:"tags"`
	// Family are union.FamilyFacts, Children bounds the ages of children.
	Family   []string  `yaml:"family"`
	Children *Children `yaml:"children"`
	Gender   string    `yaml:"gender"`
	MinAge   int       `yaml:"min_age"`
	MaxAge   int       `yaml:"max_age"`
	Retired  bool      `yaml:"retired"`
	Staff    []string  `yaml:"staff"`
	// Shift is who works when.
	Shift *Shift `yaml:"shift"`
	// Starts is a time in the union's zone, 2026-12-01 09:10; empty starts with the release.
	Starts string `yaml:"starts"`
	Urgent bool   `yaml:"urgent"`
	// Repeat is how often it is said again: month or year.
	Repeat Every `yaml:"repeat"`
	// Joiners is up to which day whoever comes later gets it.
	Joiners folder.Day `yaml:"joiners"`
	// Notice is one of Businesses.
	Notice Business `yaml:"notice"`

	document *folder.Document
	starts   time.Time
}

var refPattern = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,47}$`)

// Read reads a file with one broadcast. The error is folder.Problems, all that were found.
func Read(file string, source []byte, zone *time.Location) (Written, error) {
	var w Written
	doc := folder.Strict(file, 0, source, &w)
	if w.document = doc; len(doc.Problems) > 0 {
		return w, doc.Problems
	}
	if !refPattern.MatchString(w.ID) {
		doc.AddAt([]any{"id"}, "small letters, digits, - and _ are expected, such as water-2026-12; not %q", w.ID)
	}
	if err := CheckText(w.Text); err != nil {
		doc.AddAt([]any{"text"}, "%v", err)
	}
	if w.Gender != "" && w.Gender != "男" && w.Gender != "女" {
		doc.AddAt([]any{"gender"}, "男 or 女 is expected, not %q", w.Gender)
	}
	if len(w.Organisations) == 0 {
		doc.AddAt([]any{"organisations"}, "is missing; paths such as 集团公司/一分厂 are expected")
	}
	for i, role := range w.Roles {
		if !slices.Contains(union.Roles(), union.Role(role)) {
			doc.AddAt([]any{"roles", i}, "there is no role %q", role)
		}
	}
	w.checkFamily(doc)
	w.checkShift(doc)
	if w.Joiners != "" && !w.Joiners.Valid() {
		doc.AddAt([]any{"joiners"}, "a day is expected, such as 2026-12-10")
	}
	if w.Joiners != "" && w.Urgent {
		doc.AddAt([]any{"joiners"}, "what is urgent goes to who is there; leave it out")
	}
	if w.Starts != "" {
		var err error
		if w.starts, err = time.ParseInLocation("2006-01-02 15:04", w.Starts, zone); err != nil {
			doc.AddAt([]any{"starts"}, "a time such as 2026-12-01 09:10 is expected, not %q", w.Starts)
		}
	}
	if w.Repeat != Once && w.Repeat != Monthly && w.Repeat != Yearly {
		doc.AddAt([]any{"repeat"}, "month or year is expected, not %q", w.Repeat)
	}
	if w.Urgent && w.Repeat != Once {
		doc.AddAt([]any{"repeat"}, "what is urgent is said once; leave it out")
	}
	switch {
	case w.Notice != Wait && !slices.Contains(Businesses, w.Notice):
		doc.AddAt([]any{"notice"}, "one of %v is expected, not %q", Businesses, w.Notice)
	case w.Notice != Wait && Cheer(w.Text) != "":
		doc.AddAt([]any{"notice"}, "the text wishes or advertises (%q), and no notice may; leave it out, and it comes with the follower's next word", Cheer(w.Text))
	}
	if w.Urgent && w.Starts != "" {
		doc.AddAt([]any{"starts"}, "what is urgent goes out with its release; leave it out")
	}
	if len(w.Staff) > MostStaff {
		doc.AddAt([]any{"staff"}, "a list has at most %d staff numbers; leave it out for whole organisations", MostStaff)
	}
	if len(doc.Problems) > 0 {
		return w, doc.Problems
	}
	return w, nil
}

// checkFamily looks at what a file says of families.
func (w Written) checkFamily(doc *folder.Document) {
	for i, fact := range w.Family {
		if !slices.Contains(union.FamilyFacts(), fact) {
			doc.AddAt([]any{"family", i}, "one of %s is expected, not %q", strings.Join(union.FamilyFacts(), ", "), fact)
		}
	}
	if c := w.Children; c != nil && (c.Min < 0 || c.Max < 0 || c.Min > mostChild || c.Max > mostChild || c.Max > 0 && c.Max < c.Min) {
		doc.AddAt([]any{"children"}, "ages from 0 to %d are expected, min not above max", mostChild)
	}
	narrow := (&Audience{Posts: w.Posts, Tags: w.Tags, Staff: w.Staff, MinAge: w.MinAge, MaxAge: w.MaxAge, Shift: w.Shift}).narrow() || len(w.Roles) > 0
	if (len(w.Family) > 0 || w.Children != nil) && narrow {
		doc.AddAt(nil, "an audience by family facts has organisations, gender and retired beside it only, lest it tells who is meant")
	}
}

// checkShift looks at what a file says of shifts; whether there are such is known once it is handed in.
func (w Written) checkShift(doc *folder.Document) {
	switch s := w.Shift; {
	case s == nil:
	case s.On != "" && !s.On.Valid():
		doc.AddAt([]any{"shift", "on"}, "a day is expected, such as 2026-12-01")
	case s.On != "" && s.Now:
		doc.AddAt([]any{"shift"}, "either on or now is expected")
	case s.On == "" && !s.Now && (len(s.Crews) == 0 || len(s.Names) > 0):
		doc.AddAt([]any{"shift"}, "on or now is expected beside names; crews alone are all who belong to them")
	}
}

// SubmitWritten hands in what a file has, in its writer's name. Handed in twice it is one.
func (d *Desk) SubmitWritten(ctx context.Context, w Written) (Broadcast, []union.Member, error) {
	b := Broadcast{Ref: "file/" + w.ID, Urgent: w.Urgent, StartsAt: w.starts, Details: Details{Text: w.Text, Chosen: !w.starts.IsZero(), Notice: w.Notice, Repeat: w.Repeat}}
	b.Joiners, _ = calendar.ParseDate(string(w.Joiners)) // was checked; none is the zero day
	a := Audience{Posts: w.Posts, Tags: w.Tags, Family: w.Family, Children: w.Children, Gender: w.Gender, MinAge: w.MinAge, MaxAge: w.MaxAge, Retired: w.Retired, Shift: w.Shift}
	if w.Shift != nil {
		if unknown := d.unknownShifts(w.Shift); len(unknown) > 0 {
			w.document.AddAt([]any{"shift"}, "no roster has %s", strings.Join(unknown, ", "))
		}
	}
	for _, role := range w.Roles {
		a.Roles = append(a.Roles, union.Role(role))
	}
	for _, no := range w.Staff {
		a.Staff = append(a.Staff, union.StaffNoKey(no))
	}
	author, err := d.Members.ByStaffNo(ctx, union.StaffNoKey(w.Author))
	if errors.Is(err, union.ErrNotFound) {
		w.document.AddAt([]any{"author"}, "nobody has the staff number %q", w.Author)
	} else if err != nil {
		return b, nil, fmt.Errorf("find writer: %w", err)
	}
	all, err := d.Members.Organisations(ctx)
	if err != nil {
		return b, nil, fmt.Errorf("read organisations: %w", err)
	}
	for i, path := range w.Organisations {
		at := slices.IndexFunc(all, func(o union.Organisation) bool { return o.Path == path })
		if at < 0 {
			w.document.AddAt([]any{"organisations", i}, "there is no organisation %s", path)
			continue
		}
		a.Orgs = append(a.Orgs, Part{all[at].ID, all[at].Path, all[at].Lineage})
	}
	if len(w.document.Problems) > 0 {
		return b, nil, w.document.Problems
	}
	b.Audience = a
	return d.Submit(ctx, author.ID, b)
}

// Look shows a broadcast to an operator.
func (d *Desk) Look(ctx context.Context, number string) (Report, error) {
	b, err := d.Store.ByNumber(ctx, number)
	if err != nil {
		return Report{}, err
	}
	return d.report(ctx, b)
}

// LookUnsure lists to an operator those of whom nobody knows whether a broadcast reached them.
func (d *Desk) LookUnsure(ctx context.Context, number string, limit int) ([]Receipt, error) {
	b, err := d.Store.ByNumber(ctx, number)
	if err != nil {
		return nil, err
	}
	if b.Audience.ByFamily() {
		return nil, ErrFamily
	}
	return d.Store.Receipts(ctx, b.ID, everywhere, []ReceiptState{Uncertain}, 0, limit)
}

// Latest lists broadcasts to an operator, the newest first.
func (d *Desk) Latest(ctx context.Context, limit int) ([]Broadcast, error) {
	return d.Store.Under(ctx, 0, everywhere, limit)
}
