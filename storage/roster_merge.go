package storage

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/audit"
	"github.com/unionbot/unionbot/union/personal"
	"github.com/unionbot/unionbot/union/roster"
)

// mergeChunk is how many lines one statement of a merge takes, so that progress shows and no statement meets the
// driver's time-out.
const mergeChunk = 5000

// errNothingDone rolls a dry run, or a merge with conflicts, back.
var errNothingDone = errors.New("nothing done")

// Merge does in one transaction what the staged rows say. A dry run does the same and rolls back, so that its numbers
// are what the import would do.
func (s *rosterStaging) Merge(ctx context.Context, o roster.MergeOptions) (roster.Merged, error) {
	if o.Progress == nil {
		o.Progress = func(int) {}
	}
	var m rosterMerge
	err := s.db.Tx(ctx, func(ctx context.Context) error {
		m = rosterMerge{rosterStaging: s, options: o, now: time.Now().UnixMilli()}
		if err := m.do(ctx); err != nil {
			return err
		}
		if o.DryRun || len(m.merged.Conflicts) > 0 {
			return errNothingDone
		}
		return NewAudit(s.db).Append(ctx, m.entry())
	})
	if err != nil && !errors.Is(err, errNothingDone) {
		return roster.Merged{}, err
	}
	return m.merged, nil
}

// rosterMerge is one try of a merge.
type rosterMerge struct {
	*rosterStaging
	options roster.MergeOptions
	now     int64
	merged  roster.Merged
}

func (m *rosterMerge) do(ctx context.Context) error {
	// The row stays locked until the end: no other import can take the lease from a slow merge.
	if err := m.renew(ctx); err != nil {
		return err
	}
	for _, step := range []func(context.Context) error{m.match, m.returning, m.absent, m.freeWeComUsers, m.conflicts} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	if len(m.merged.Conflicts) > 0 {
		return nil
	}
	var err error
	if m.merged.Organisations, err = m.orgs.insert(ctx, m.db); err != nil {
		return err
	}
	if err := m.members(ctx); err != nil {
		return err
	}
	if err := keepTags(ctx, m.db, slices.Sorted(maps.Keys(m.tags))); err != nil {
		return err
	}
	return m.roles(ctx)
}

// entry is what the record keeps of an import: how much it changed, and nobody's name.
func (m *rosterMerge) entry() audit.Entry {
	r := m.merged
	return audit.Entry{At: time.UnixMilli(m.now).UTC(), Kind: audit.Import, Note: fmt.Sprintf(
		"%d rows: %d new, %d changed, %d left; roles: %d given, %d ended", m.rows, r.New, r.Changed, r.Left, r.RolesGranted, r.RolesEnded)}
}

// chunks runs a statement for every span of lines; its last two arguments are the first and the last line.
func (m *rosterMerge) chunks(ctx context.Context, what, statement string, args ...any) (int64, error) {
	var total int64
	for first := 0; first <= m.lastLine; first += mergeChunk {
		span := append(slices.Clone(args), first, first+mergeChunk-1)
		n, err := execute(ctx, m.db, what, statement, span...)
		if err != nil {
			return total, err
		}
		total += n
	}
	return total, nil
}

// mergeFields are the columns that a staged row may set. The sealed ones are compared by sameNumber, and what is derived is
// not compared at all.
var mergeFields = []struct {
	column   string
	compared bool
}{
	{"name", true}, {"name_key", false}, {"phone", false}, {"phone_digest", false}, {"id_card", false},
	{"id_card_digest", false}, {"gender", true}, {"birthday", true}, {"lunar_birthday", true}, {"org_id", true},
	{"post", true}, {"joined", true}, {"member_since", true}, {"retire_on", true}, {"contract_until", true}, {"employment", true}, {"notes", true},
	{"status", true}, {"tags", true}, {"family", true},
}

// match finds the members that the staged rows are about and whether anything changes for them.
func (m *rosterMerge) match(ctx context.Context) error {
	same := []string{
		"(s.wecom_userid IS NULL OR s.wecom_userid = COALESCE(m.wecom_userid, ''))",
		sameNumber(personal.Phone), sameNumber(personal.IDCard),
	}
	for _, f := range mergeFields {
		if f.compared {
			same = append(same, fmt.Sprintf("(s.%[1]s IS NULL OR s.%[1]s = m.%[1]s)", f.column))
		}
	}
	statement := m.db.updateFrom("roster_stage s", "members m", "m.staff_no = s.staff_no", []string{
		"member_id = m.id", "changed = CASE WHEN " + strings.Join(same, " AND ") + " THEN 0 ELSE 1 END",
	}, "s.run = ? AND s.line_no BETWEEN ? AND ?")
	matched, err := m.chunks(ctx, "match staged rows", statement, m.run)
	m.merged.Same = int(matched)
	return err
}

// absent lists who is not in the file and, if asked to, lets them leave.
func (m *rosterMerge) absent(ctx context.Context) error {
	const missing = ` FROM members m WHERE m.status <> ? AND NOT EXISTS
		(SELECT 1 FROM roster_stage s WHERE s.run = ? AND s.staff_no = m.staff_no)`
	people, err := queryAll(ctx, m.db, "list absent members", func(row scanner) (roster.Person, error) {
		var p roster.Person
		err := row.Scan(&p.StaffNo, &p.Name)
		return p, err
	}, `SELECT m.staff_no, m.name`+missing+` ORDER BY m.staff_no LIMIT ?`, union.Left, m.run, roster.MaxListed)
	if err != nil {
		return err
	}
	totals, err := queryAll(ctx, m.db, "count absent members", scanInt, `SELECT COUNT(*)`+missing, union.Left, m.run)
	if err != nil {
		return err
	}
	m.merged.Absent, m.merged.AbsentTotal = people, totals[0]
	if !m.options.Leavers {
		return nil
	}
	left, err := execute(ctx, m.db, "mark leavers", `UPDATE members SET status = ?, updated_ms = ?
		WHERE status <> ? AND NOT EXISTS (SELECT 1 FROM roster_stage s WHERE s.run = ? AND s.staff_no = members.staff_no)`,
		union.Left, m.now, union.Left, m.run)
	m.merged.Left = int(left)
	return err
}

// freeWeComUsers takes user ids from those who get another one or have left, so that a file may pass them on.
func (m *rosterMerge) freeWeComUsers(ctx context.Context) error {
	own := m.db.updateFrom("members m", "roster_stage s", "m.id = s.member_id", []string{"wecom_userid = NULL"},
		"s.run = ? AND s.wecom_userid IS NOT NULL AND m.wecom_userid <> s.wecom_userid AND s.line_no BETWEEN ? AND ?")
	if _, err := m.chunks(ctx, "free changed user ids", own, m.run); err != nil {
		return err
	}
	left := m.db.updateFrom("members m", "roster_stage s", "m.wecom_userid = s.wecom_userid", []string{"wecom_userid = NULL"},
		"s.run = ? AND m.staff_no <> s.staff_no AND m.status = ? AND s.line_no BETWEEN ? AND ?")
	_, err := m.chunks(ctx, "free leavers' user ids", left, m.run, union.Left)
	return err
}

// members writes the changed and the new ones.
func (m *rosterMerge) members(ctx context.Context) error {
	var set, columns, values []string
	for _, f := range mergeFields {
		set = append(set, fmt.Sprintf("%[1]s = COALESCE(s.%[1]s, m.%[1]s)", f.column))
		columns = append(columns, f.column)
		fallback := "''"
		if f.column == "status" {
			fallback = "'" + string(union.Active) + "'"
		}
		values = append(values, "COALESCE(s."+f.column+", "+fallback+")")
	}
	set = append(set, "wecom_userid = CASE WHEN s.wecom_userid IS NULL THEN m.wecom_userid ELSE NULLIF(s.wecom_userid, '') END",
		"updated_ms = ?")
	update := m.db.updateFrom("members m", "roster_stage s", "m.id = s.member_id", set,
		"s.run = ? AND s.changed = 1 AND s.line_no BETWEEN ? AND ?")
	insert := "INSERT INTO members (id, staff_no, wecom_userid, created_ms, updated_ms, " + strings.Join(columns, ", ") +
		") SELECT s.new_id, s.staff_no, NULLIF(s.wecom_userid, ''), ?, ?, " + strings.Join(values, ", ") +
		" FROM roster_stage s WHERE s.run = ? AND s.member_id IS NULL AND s.line_no BETWEEN ? AND ?"
	for first := 0; first <= m.lastLine; first += mergeChunk {
		last := first + mergeChunk - 1
		changed, err := execute(ctx, m.db, "update members", update, m.now, m.run, first, last)
		if err != nil {
			return err
		}
		added, err := execute(ctx, m.db, "insert members", insert, m.now, m.now, m.run, first, last)
		if err != nil {
			return err
		}
		m.merged.Changed += int(changed)
		m.merged.Same -= int(changed)
		m.merged.New += int(added)
		m.options.Progress(min(last, m.rows))
	}
	return nil
}

// updateFrom writes an UPDATE that sets columns of one table from another. Both carry an alias.
func (db *DB) updateFrom(target, source, on string, set []string, where string) string {
	if db.dialect == SQLite {
		table, alias, _ := strings.Cut(target, " ")
		return "UPDATE " + table + " AS " + alias + " SET " + strings.Join(set, ", ") + " FROM " + source +
			" WHERE " + on + " AND " + where
	}
	_, alias, _ := strings.Cut(target, " ")
	return "UPDATE " + target + " JOIN " + source + " ON " + on + " SET " + alias + "." + strings.Join(set, ", "+alias+".") +
		" WHERE " + where
}

func scanInt(row scanner) (int, error) {
	var n int
	err := row.Scan(&n)
	return n, err
}
