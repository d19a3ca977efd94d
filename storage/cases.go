package storage

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"gorm.io/gorm"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/review"
)

// NewCaseStore returns all that a desk keeps its matters in.
func NewCaseStore(db *DB) cases.Store {
	return cases.Store{
		Tx:          db,
		Cases:       NewCases(db),
		Tasks:       NewTasks(db),
		Timeline:    NewTimeline(db),
		Numbers:     NewNumbers(db),
		Drafts:      NewDrafts(db),
		Attachments: NewAttachments(db),
		Likeness:    NewLikeness(db),
		Seconds:     NewSeconds(db),
		CoAuthors:   NewCoAuthors(db),
		Subjects:    NewSubjects(db),
		Ties:        NewTies(db),
		Awards:      NewAwards(db),
		Standings:   NewStandings(db),
		Chases:      NewChases(db),
		Publicities: NewPublicities(db),
		Audit:       NewAudit(db),
		Unsealings:  NewUnsealings(db),
		Alarms:      NewAlarms(db),
		Clocks:      NewClocks(db),
		Digests:     NewDigests(db),
		Tallies:     NewTallies(db),
		Ratings:     NewRatings(db),
		Helps:       NewHelps(db),
		Copies:      NewCaseCopies(db),
		Shields:     NewShields(db),
		StandIns:    NewStandIns(db),
		Printings:   NewPrintings(db),
		OneWriter:   db.dialect == SQLite,
	}
}

// Cases keeps cases.
type Cases struct{ db *DB }

// NewCases returns the repository.
func NewCases(db *DB) *Cases { return &Cases{db: db} }

// form is what a case holds of its form, as JSON. The title stands here and not in the column of its name, which only
// cases of versions that did not seal have.
type form struct {
	Title    string                   `json:"title,omitempty"`
	Values   map[string]cases.Value   `json:"values"`
	Pictures []cases.ID               `json:"pictures,omitempty"`
	Taken    map[cases.ID]cases.Taken `json:"taken,omitempty"`
	Asked    []string                 `json:"asked,omitempty"`
	Seal     *cases.Seal              `json:"seal,omitempty"`
	Undo     *cases.Undo              `json:"undo,omitempty"`
	Leaps    []review.Leap            `json:"leaps,omitempty"`
	Levels   map[string]cases.Level   `json:"levels,omitempty"`
}

const insertCase = `INSERT INTO cases
	(id, draft_key, service, hash, title, author, org_id, lineage, state, step, decided, anonymous, form, filed_ms, due_ms, ended_ms, version)
	VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`

// Insert writes a case without its number. Where the draft has a case already, it or a later call in the same
// transaction fails with cases.ErrFiled.
func (r *Cases) Insert(ctx context.Context, c cases.Case, draft cases.ID) error {
	body, err := r.sealForm(c)
	if err != nil {
		return err
	}
	key := draftKey(draft)
	if c.Seal != nil {
		if key, err = r.sealedKey(ctx, c, draft); err != nil {
			return err
		}
	}
	return postOnce(ctx, r.db, "insert case", "draft_key", cases.ErrFiled, insertCase, c.ID, key, c.Service, c.Hash, "", c.Author, c.Org,
		c.Lineage, c.State, c.Step, oneIf(c.Decided), oneIf(c.Anonymous), body, c.FiledAt.UnixMilli(), msOrNull(c.DueAt),
		msOrNull(c.EndedAt), c.Version)
}

func (r *Cases) sealForm(c cases.Case) (string, error) {
	body, err := json.Marshal(form{Title: c.Title, Values: c.Values, Pictures: c.Pictures, Taken: c.Taken, Asked: c.Asked, Seal: c.Seal, Undo: c.Undo, Leaps: c.Leaps, Levels: c.Levels})
	if err != nil {
		return "", fmt.Errorf("encode form: %w", err)
	}
	return r.db.seal(caseForm, c.ID, body)
}

const setNumber = `UPDATE cases SET number = ? WHERE id = ?`

// SetNumber gives a case a number that was counted, and that nobody else has.
func (r *Cases) SetNumber(ctx context.Context, id cases.ID, number string) error {
	return post(ctx, r.db, "number case", setNumber, number, id)
}

// TryNumber gives a case a number that was drawn, or returns union.ErrTaken.
func (r *Cases) TryNumber(ctx context.Context, id cases.ID, number string) error {
	_, err := execute(ctx, r.db, "number case", setNumber, number, id)
	if errors.Is(err, gorm.ErrDuplicatedKey) {
		return fmt.Errorf("number case: %w", union.ErrTaken)
	}
	return err
}

// Update writes what a decision changes and raises the version by one, or returns union.ErrStale if the version is not
// c.Version any more.
func (r *Cases) Update(ctx context.Context, c cases.Case) error {
	body, err := r.sealForm(c)
	if err != nil {
		return err
	}
	changed, err := execute(ctx, r.db, "update case", `UPDATE cases
		SET org_id = ?, lineage = ?, state = ?, step = ?, decided = ?, form = ?, due_ms = ?, ended_ms = ?, second_look_ms = ?, urged_ms = ?, version = version + 1 WHERE id = ? AND version = ?`,
		c.Org, c.Lineage, c.State, c.Step, oneIf(c.Decided), body, msOrNull(c.DueAt), msOrNull(c.EndedAt), msOrNull(c.SecondLook), msOrNull(c.UrgedAt), c.ID, c.Version)
	if err == nil && changed == 0 {
		return fmt.Errorf("update case: %w", union.ErrStale)
	}
	return err
}

const selectCase = `SELECT id, number, service, hash, title, author, org_id, lineage, state, step, decided, anonymous, form,
	filed_ms, due_ms, ended_ms, second_look_ms, urged_ms, version FROM cases `

// ByID returns a case, or union.ErrNotFound.
func (r *Cases) ByID(ctx context.Context, id cases.ID) (cases.Case, error) {
	return r.one(ctx, `WHERE id = ?`, id)
}

// ByNumber returns a case, or union.ErrNotFound.
func (r *Cases) ByNumber(ctx context.Context, number string) (cases.Case, error) {
	return r.one(ctx, `WHERE number = ?`, number)
}

// ByDraft returns the case that was made of a draft, or union.ErrNotFound.
func (r *Cases) ByDraft(ctx context.Context, draft cases.ID) (cases.Case, error) {
	keys := []string{draftKey(draft)}
	if r.db.keys != nil {
		keys = append(keys, r.db.keys.Digests(keys[0], draftPlace)...)
	}
	return r.one(ctx, `WHERE draft_key IN ?`, keys)
}

// Many returns those of the cases that exist.
func (r *Cases) Many(ctx context.Context, ids []cases.ID) (map[cases.ID]cases.Case, error) {
	found := make(map[cases.ID]cases.Case, len(ids))
	if len(ids) == 0 {
		return found, nil
	}
	list, err := queryAll(ctx, r.db, "read cases", r.scan, selectCase+`WHERE id IN ?`, ids)
	for _, c := range list {
		found[c.ID] = c
	}
	return found, err
}

// OfAuthor lists the member's cases, newest first.
func (r *Cases) OfAuthor(ctx context.Context, author union.MemberID, limit int) ([]cases.Case, error) {
	return queryAll(ctx, r.db, "list cases", r.scan,
		selectCase+`WHERE author = ? ORDER BY filed_ms DESC, id DESC LIMIT ?`, author, limit)
}

func (r *Cases) one(ctx context.Context, where string, arg any) (cases.Case, error) {
	g, err := r.db.read(ctx)
	if err != nil {
		return cases.Case{}, err
	}
	c, err := r.scan(g.Raw(selectCase+where, arg).Row())
	if err != nil {
		return cases.Case{}, fmt.Errorf("read case: %w", notFound(err))
	}
	return c, nil
}

func (r *Cases) scan(row scanner) (cases.Case, error) {
	var c cases.Case
	var number sql.NullString
	var body string
	var filed int64
	var due, ended, again, urged sql.NullInt64
	err := row.Scan(&c.ID, &number, &c.Service, &c.Hash, &c.Title, &c.Author, &c.Org, &c.Lineage, &c.State, &c.Step, &c.Decided,
		&c.Anonymous, &body, &filed, &due, &ended, &again, &urged, &c.Version)
	if err != nil {
		return cases.Case{}, err
	}
	plain, err := r.db.open(caseForm, c.ID, body)
	if err != nil {
		return cases.Case{}, err
	}
	var f form
	if err := json.Unmarshal(plain, &f); err != nil {
		return cases.Case{}, fmt.Errorf("decode form of case %d: %w", c.ID, err)
	}
	if f.Title != "" {
		c.Title = f.Title
	}
	c.Number, c.Values, c.Pictures, c.Taken = number.String, f.Values, f.Pictures, f.Taken
	c.Asked, c.Seal, c.Undo, c.Leaps, c.Levels = f.Asked, f.Seal, f.Undo, f.Leaps, f.Levels
	c.FiledAt, c.DueAt, c.EndedAt = time.UnixMilli(filed).UTC(), timeOf(due), timeOf(ended)
	c.SecondLook, c.UrgedAt = timeOf(again), timeOf(urged)
	return c, nil
}

// draftKey names a draft in the unique key by which it is filed once.
func draftKey(draft cases.ID) string { return strconv.FormatInt(int64(draft), 10) }

func msOrNull(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UnixMilli()
}

func timeOf(ms sql.NullInt64) time.Time {
	if !ms.Valid {
		return time.Time{}
	}
	return time.UnixMilli(ms.Int64).UTC()
}
