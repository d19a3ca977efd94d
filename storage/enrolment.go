package storage

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"gorm.io/gorm"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/enrolment"
)

// NewEnrolmentStore returns all that signing up is kept in.
func NewEnrolmentStore(db *DB) enrolment.Store {
	return enrolment.Store{
		Tx:         db,
		Activities: NewActivities(db),
		Entries:    NewEntries(db),
		Numbers:    NewNumbers(db),
		Pictures:   NewAttachments(db),
	}
}

// Activities keeps activities and counts their places. What is said of one rests sealed.
type Activities struct{ db *DB }

// NewActivities returns the repository.
func NewActivities(db *DB) *Activities { return &Activities{db: db} }

func (r *Activities) body(a enrolment.Activity) (string, error) {
	body, err := json.Marshal(a.Details)
	if err != nil {
		return "", fmt.Errorf("encode activity: %w", err)
	}
	return r.db.seal(activityBody, a.ID, body)
}

// Insert implements enrolment.ActivityStore.
func (r *Activities) Insert(ctx context.Context, a enrolment.Activity) error {
	body, err := r.body(a)
	if err != nil {
		return err
	}
	_, err = execute(ctx, r.db, "insert activity", `INSERT INTO activities
		(id, number, ref, kind, state, org_id, starts_ms, closes_ms, places, taken, moves, version, body)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, ?, ?)`,
		a.ID, a.Number, a.Ref, a.Kind, a.State, a.Org, a.StartsAt.UnixMilli(), a.ClosesAt.UnixMilli(), a.Places, a.Version, body)
	if errors.Is(err, gorm.ErrDuplicatedKey) {
		return fmt.Errorf("insert activity: %w", union.ErrTaken)
	}
	return err
}

// Update implements enrolment.ActivityStore.
func (r *Activities) Update(ctx context.Context, a enrolment.Activity) error {
	body, err := r.body(a)
	if err != nil {
		return err
	}
	n, err := execute(ctx, r.db, "update activity", `UPDATE activities SET kind = ?, state = ?, org_id = ?, starts_ms = ?, closes_ms = ?,
		places = ?, body = ?, version = version + 1 WHERE id = ? AND version = ?`,
		a.Kind, a.State, a.Org, a.StartsAt.UnixMilli(), a.ClosesAt.UnixMilli(), a.Places, body, a.ID, a.Version)
	if err == nil && n == 0 {
		return fmt.Errorf("update activity: %w", union.ErrStale)
	}
	return err
}

const selectActivity = `SELECT a.id, a.number, a.ref, a.kind, a.state, a.org_id, o.path, o.lineage, a.starts_ms, a.closes_ms, a.places,
	a.taken, a.moves, a.version, a.body FROM activities a JOIN organisations o ON o.id = a.org_id `

func (r *Activities) scan(row scanner) (a enrolment.Activity, err error) {
	var starts, closes int64
	var body string
	if err := row.Scan(&a.ID, &a.Number, &a.Ref, &a.Kind, &a.State, &a.Org, &a.OrgPath, &a.Lineage, &starts, &closes, &a.Places,
		&a.Taken, &a.Moves, &a.Version, &body); err != nil {
		return a, err
	}
	plain, err := r.db.open(activityBody, a.ID, body)
	if err != nil {
		return a, err
	}
	a.StartsAt, a.ClosesAt = time.UnixMilli(starts).UTC(), time.UnixMilli(closes).UTC()
	if err := json.Unmarshal(plain, &a.Details); err != nil {
		return a, fmt.Errorf("decode activity %d: %w", a.ID, err)
	}
	return a, nil
}

func (r *Activities) one(ctx context.Context, where string, arg any) (enrolment.Activity, error) {
	return queryOne(ctx, r.db, "read activity", r.scan, selectActivity+where, arg)
}

// ByID implements enrolment.ActivityStore.
func (r *Activities) ByID(ctx context.Context, id enrolment.ID) (enrolment.Activity, error) {
	return r.one(ctx, `WHERE a.id = ?`, id)
}

// ByNumber implements enrolment.ActivityStore.
func (r *Activities) ByNumber(ctx context.Context, number string) (enrolment.Activity, error) {
	return r.one(ctx, `WHERE a.number = ?`, number)
}

// ByRef implements enrolment.ActivityStore.
func (r *Activities) ByRef(ctx context.Context, ref string) (enrolment.Activity, error) {
	return r.one(ctx, `WHERE a.ref = ?`, ref)
}

// Many implements enrolment.ActivityStore.
func (r *Activities) Many(ctx context.Context, ids []enrolment.ID) (map[enrolment.ID]enrolment.Activity, error) {
	found := make(map[enrolment.ID]enrolment.Activity, len(ids))
	if len(ids) == 0 {
		return found, nil
	}
	list, err := queryAll(ctx, r.db, "read activities", r.scan, selectActivity+`WHERE a.id IN ?`, ids)
	for _, a := range list {
		found[a.ID] = a
	}
	return found, err
}

// Since implements enrolment.ActivityStore.
func (r *Activities) Since(ctx context.Context, start time.Time, limit int) ([]enrolment.Activity, error) {
	return queryAll(ctx, r.db, "list activities", r.scan, selectActivity+`WHERE a.starts_ms > ? ORDER BY a.starts_ms, a.id LIMIT ?`,
		start.UnixMilli(), limit)
}

// Lock implements enrolment.ActivityStore. The row is this activity's alone: no other waits for it, and no case.
func (r *Activities) Lock(ctx context.Context, id enrolment.ID) (enrolment.Activity, error) {
	n, err := execute(ctx, r.db, "lock activity", `UPDATE activities SET moves = moves + 1 WHERE id = ?`, id)
	if err == nil && n == 0 {
		err = fmt.Errorf("lock activity: %w", union.ErrNotFound)
	}
	if err != nil {
		return enrolment.Activity{}, err
	}
	return r.ByID(ctx, id)
}

// Take implements enrolment.ActivityStore. The activity's row comes before the unit's, always, so that no two wait for
// each other.
func (r *Activities) Take(ctx context.Context, id enrolment.ID, unit union.OrgID, unitPlaces int) (enrolment.Taken, error) {
	n, err := execute(ctx, r.db, "take place", `UPDATE activities SET taken = taken + 1 WHERE id = ? AND (places = 0 OR taken < places)`, id)
	if err != nil {
		return "", err
	}
	if n == 0 {
		return enrolment.Full, nil
	}
	key := unitKey(id, unit)
	_, err = execute(ctx, r.db, "begin unit's places", `INSERT INTO activity_units (unit_key, activity_id, org_id, taken)
		VALUES (?, ?, ?, 0)`+r.db.passOver("unit_key"), key, id, unit)
	if err != nil {
		return "", err
	}
	n, err = execute(ctx, r.db, "take unit's place", `UPDATE activity_units SET taken = taken + 1
		WHERE unit_key = ? AND (? = 0 OR taken < ?)`, key, unitPlaces, unitPlaces)
	if err != nil || n > 0 {
		return enrolment.Got, err
	}
	_, err = execute(ctx, r.db, "leave place", `UPDATE activities SET taken = taken - 1 WHERE id = ?`, id)
	return enrolment.UnitFull, err
}

// Release implements enrolment.ActivityStore.
func (r *Activities) Release(ctx context.Context, id enrolment.ID, unit union.OrgID) error {
	if _, err := execute(ctx, r.db, "release place", `UPDATE activities SET taken = taken - 1 WHERE id = ? AND taken > 0`, id); err != nil {
		return err
	}
	_, err := execute(ctx, r.db, "release unit's place", `UPDATE activity_units SET taken = taken - 1 WHERE unit_key = ? AND taken > 0`,
		unitKey(id, unit))
	return err
}

// TakenBy implements enrolment.ActivityStore.
func (r *Activities) TakenBy(ctx context.Context, ids ...enrolment.ID) (map[enrolment.ID]map[union.OrgID]int, error) {
	taken := map[enrolment.ID]map[union.OrgID]int{}
	if len(ids) == 0 {
		return taken, nil
	}
	_, err := queryAll(ctx, r.db, "count units' places", func(row scanner) (none struct{}, err error) {
		var id enrolment.ID
		var unit union.OrgID
		var n int
		if err := row.Scan(&id, &unit, &n); err != nil {
			return none, err
		}
		if taken[id] == nil {
			taken[id] = map[union.OrgID]int{}
		}
		taken[id][unit] = n
		return none, nil
	}, `SELECT activity_id, org_id, taken FROM activity_units WHERE activity_id IN ?`, ids)
	return taken, err
}

// unitKey names a unit's places in an activity.
func unitKey(id enrolment.ID, unit union.OrgID) string { return pairKey(int64(id), int64(unit)) }

func pairKey(a, b int64) string { return strconv.FormatInt(a, 10) + "/" + strconv.FormatInt(b, 10) }
