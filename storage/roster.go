package storage

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"gorm.io/gorm"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/personal"
	"github.com/unionbot/unionbot/union/roster"
)

// Roster takes members files in: rows wait in staging tables, and one transaction of set-based statements merges them.
// It satisfies roster.Store.
type Roster struct {
	db   *DB
	keys MemberKeys
}

// NewRoster returns the repository. keys are those that Members opens with.
func NewRoster(db *DB, keys MemberKeys) *Roster { return &Roster{db: db, keys: keys} }

// rosterLease is how long an import may be silent before another may begin. A batch takes far less, and the merge locks
// the lease row.
const rosterLease = time.Minute

// Begin takes the lease and sees to it that every number is found that the rows are to be compared with.
func (r *Roster) Begin(ctx context.Context) (roster.Staging, error) {
	s, err := r.lease(ctx)
	if err != nil {
		return nil, err
	}
	if s.orgs, err = readOrgTree(ctx, r.db); err == nil {
		err = s.index(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, s.Close(context.WithoutCancel(ctx)))
	}
	return s, nil
}

// index lets every number of the members be found. Where one is sealed under a key that is not held, an import could give it
// to somebody else without knowing.
func (s *rosterStaging) index(ctx context.Context) error {
	list, err := NewMembers(s.db, s.keys, "").Reindex(ctx, func(int) error { return s.renew(ctx) })
	unreadable := 0
	for _, done := range list {
		unreadable += done.Unreadable
	}
	if err == nil && unreadable > 0 {
		err = fmt.Errorf("%d phones and id cards open with none of the keys: put the key back into ENCRYPTION_KEYS that sealed them", unreadable)
	}
	return err
}

// lease begins an import, or what else no import may run beside, and forgets what an import that died has left.
func (r *Roster) lease(ctx context.Context) (*rosterStaging, error) {
	s := &rosterStaging{db: r.db, keys: r.keys, run: r.db.NewID(), tags: map[string]bool{}}
	err := s.takeLease(ctx)
	if isConflict(err) { // another import merges, and has locked the row
		err = errors.Join(roster.ErrRunning, err)
	}
	if err != nil {
		return nil, err
	}
	if err := forgetRuns(ctx, r.db, "run <> ?", s.run); err != nil {
		return nil, errors.Join(err, s.Close(context.WithoutCancel(ctx)))
	}
	return s, nil
}

func (s *rosterStaging) takeLease(ctx context.Context) error {
	_, err := execute(ctx, s.db, "prepare import lease", `INSERT INTO roster_lease (id, run, until_ms) VALUES (1, 0, 0)`)
	if err != nil && !errors.Is(err, gorm.ErrDuplicatedKey) {
		return err
	}
	now := time.Now() // leases follow the real clock, whatever CLOCK_OFFSET says
	taken, err := execute(ctx, s.db, "take import lease",
		`UPDATE roster_lease SET run = ?, until_ms = ? WHERE id = 1 AND until_ms < ?`,
		s.run, now.Add(rosterLease).UnixMilli(), now.UnixMilli())
	if err == nil && taken == 0 {
		err = roster.ErrRunning
	}
	return err
}

// rosterStaging is one import. It is used by one goroutine.
type rosterStaging struct {
	db       *DB
	keys     MemberKeys
	run      int64
	rows     int
	lastLine int
	orgs     *orgTree
	tags     map[string]bool // of the file
}

// stageColumns are the columns of roster_stage, in the order of stageValues.
var stageColumns = []string{
	"run", "line_no", "staff_no", "new_id", "changed", "roles_given", "name", "name_key", "phone", "phone_digest", "id_card",
	"id_card_digest", "gender", "birthday", "lunar_birthday", "org_id", "post", "joined", "member_since", "retire_on",
	"contract_until", "employment", "notes", "wecom_userid", "status", "tags", "family",
}

// stageBatch is how many rows one INSERT carries. SQLite gains nothing from more, and keeps its write lock meanwhile.
func (s *rosterStaging) stageBatch() int {
	if s.db.dialect == SQLite {
		return 100
	}
	return 500
}

// Add stages rows, which come in the order of their lines.
func (s *rosterStaging) Add(ctx context.Context, rows []roster.Row) error {
	if err := s.renew(ctx); err != nil {
		return err
	}
	for len(rows) > 0 {
		n := min(len(rows), s.stageBatch())
		if err := s.add(ctx, rows[:n]); err != nil {
			return err
		}
		rows = rows[n:]
	}
	return nil
}

func (s *rosterStaging) add(ctx context.Context, rows []roster.Row) error {
	values := make([]any, 0, len(rows)*len(stageColumns))
	var roles, digests []any
	for _, row := range rows {
		for _, tag := range union.SplitWords(row.Tags.Text) {
			s.tags[tag] = true
		}
		staged, others, err := s.stageValues(row)
		if err != nil {
			return fmt.Errorf("stage line %d: %w", row.Line, err)
		}
		values, digests = append(values, staged...), append(digests, others...)
		for _, at := range row.Roles {
			roles = append(roles, s.run, row.Line, at.Role, s.orgs.roleAt(at.Path, row.Line))
		}
		s.lastLine = row.Line
	}
	s.rows += len(rows)
	if err := insertMany(ctx, s.db, "roster_stage", stageColumns, values); err != nil {
		return err
	}
	if err := s.addDigests(ctx, digests); err != nil {
		return err
	}
	return insertMany(ctx, s.db, "roster_stage_roles", []string{"run", "line_no", "role", "org_id"}, roles)
}

// stageValues returns the row's values, and those of the rows of roster_stage_digests that belong to it.
func (s *rosterStaging) stageValues(row roster.Row) (values, digests []any, err error) {
	nameKey := row.Name
	nameKey.Text = union.NameKey(row.Name.Text)
	phone, digests, err := s.stageNumber(row, personal.Phone, row.Phone)
	if err != nil {
		return nil, nil, err
	}
	idCard, others, err := s.stageNumber(row, personal.IDCard, row.IDCard)
	if err != nil {
		return nil, nil, err
	}
	var org any
	if row.Organisation.Given {
		org = s.orgs.member(row.Organisation.Text)
	}
	return []any{
		s.run, row.Line, row.StaffNo, s.db.NewID(), 0, row.RolesGiven, given(row.Name), given(nameKey),
		phone[0], phone[1], idCard[0], idCard[1], given(row.Gender), given(row.Birthday), given(row.LunarBirthday), org,
		given(row.Post), given(row.Joined), given(row.MemberSince), given(row.RetireOn), given(row.ContractUntil), given(row.Employment),
		given(row.Notes), given(row.WeComUserID), given(row.Status),
		given(row.Tags), given(row.Family),
	}, append(digests, others...), nil
}

// given is NULL for what the file does not say.
func given(c roster.Cell) any {
	if !c.Given {
		return nil
	}
	return c.Text
}

// renew keeps the lease, and fails if another import has taken it.
func (s *rosterStaging) renew(ctx context.Context) error {
	kept, err := execute(ctx, s.db, "renew import lease", `UPDATE roster_lease SET until_ms = ? WHERE id = 1 AND run = ?`,
		time.Now().Add(rosterLease).UnixMilli(), s.run)
	if err == nil && kept == 0 {
		err = roster.ErrRunning
	}
	return err
}

// Close forgets the staged rows and gives the lease up.
func (s *rosterStaging) Close(ctx context.Context) error {
	err := forgetRuns(ctx, s.db, "run = ?", s.run)
	_, leaseErr := execute(ctx, s.db, "release import lease",
		`UPDATE roster_lease SET until_ms = 0 WHERE id = 1 AND run = ?`, s.run)
	return errors.Join(err, leaseErr)
}

func forgetRuns(ctx context.Context, db *DB, where string, run int64) error {
	for _, table := range []string{"roster_stage", "roster_stage_roles", "roster_stage_digests"} {
		if _, err := execute(ctx, db, "forget staged rows", "DELETE FROM "+table+" WHERE "+where, run); err != nil {
			return err
		}
	}
	return nil
}

// insertMany inserts rows of values in one statement.
func insertMany(ctx context.Context, db *DB, table string, columns []string, values []any) error {
	rows := len(values) / len(columns)
	if rows == 0 {
		return nil
	}
	row := "(?" + strings.Repeat(", ?", len(columns)-1) + ")"
	statement := "INSERT INTO " + table + " (" + strings.Join(columns, ", ") + ") VALUES " + row +
		strings.Repeat(", "+row, rows-1)
	_, err := execute(ctx, db, "insert into "+table, statement, values...)
	return err
}
