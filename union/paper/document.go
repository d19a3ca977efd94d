package paper

// Document is a paper of A4 pages, in words.
type Document struct {
	// Union and Title are the heading; Number stands on every page.
	Union, Title, Number string
	// Rows are the first table, Entries what was said and done, under EntriesTitle.
	Rows         []Row
	EntriesTitle string
	Entries      []Entry
	// Boxes are left free for signatures and a seal, side by side.
	Boxes []string
	// Notes are the small print at the end; Lacking is added to them where a character could not be printed.
	Notes   []string
	Lacking string
	// Foot stands at the bottom of every page, and behind it Pages with the page's number and how many there are.
	Foot, Pages string
	// Check is the address that the QR code opens, under which CheckWords stand; empty for a paper without one.
	Check, CheckWords string
}

// Row is one line of a table.
type Row struct{ Label, Text string }

// Entry is what somebody said or did, and when.
type Entry struct{ Head, Text string }
