package storage

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/unionbot/unionbot/union/personal"
)

// CheckKeys opens the oldest and the newest of the members' sealed fields, and the newest of what else rests sealed, and
// fails if the keys are not those with which this database was written: who went on with them would seal new fields beside
// old ones that nobody can read.
func (r *Members) CheckKeys(ctx context.Context) error {
	g, err := r.db.read(ctx)
	if err != nil {
		return err
	}
	for _, order := range []string{"ASC", "DESC"} {
		var staffNo, phone, idCard string
		err := g.Raw(`SELECT staff_no, phone, id_card FROM members WHERE phone <> '' OR id_card <> '' ORDER BY id `+order+` LIMIT 1`).
			Row().Scan(&staffNo, &phone, &idCard)
		if errors.Is(err, sql.ErrNoRows) {
			break
		}
		if err != nil {
			return fmt.Errorf("read sealed fields: %w", classify(err))
		}
		_, phoneErr := r.open(phone, staffNo, personal.Phone)
		_, idCardErr := r.open(idCard, staffNo, personal.IDCard)
		if err := cmp.Or(phoneErr, idCardErr); err != nil {
			return fmt.Errorf("%w: %w", errOtherKeys, err)
		}
	}
	return r.db.checkKeys(ctx)
}

var errOtherKeys = errors.New("encryption keys are not those of this database")

// newestSealed is how many rows are tried, of which not all may fail: a damaged one is no reason to stop everybody.
const newestSealed = 5

// checkKeys opens the newest of what is written all the time and kept for long, by its primary key, whatever it is about.
func (db *DB) checkKeys(ctx context.Context) error {
	if db.keys == nil {
		return nil
	}
	for _, c := range []sealedColumn{caseForm, draftBody, outboxBody, eventSalt, auditContent} {
		rows, err := queryAll(ctx, db, "read "+c.table, func(s scanner) (row rewrapRow, err error) {
			var id int64
			err = s.Scan(&id, &row.value)
			row.key = id
			return row, err
		}, `SELECT `+c.key+`, COALESCE(`+c.column+`, '') FROM `+c.table+` ORDER BY `+c.key+` DESC LIMIT ?`, newestSealed)
		if err != nil {
			return err
		}
		opened, closed := 0, []error(nil)
		for _, row := range rows {
			if row.value == "" {
				continue
			}
			if _, err := db.open(c, row.key, row.value); err != nil {
				closed = append(closed, err)
			} else {
				opened++
			}
		}
		if opened == 0 && len(closed) > 1 {
			return fmt.Errorf("%w: %w", errOtherKeys, closed[0])
		}
	}
	return nil
}
