package storage

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/unionbot/unionbot/union/personal"
)

// CheckKeys opens the oldest and the newest of the members' sealed fields, and fails if the keys are not those with which
// this database was written: who went on with them would seal new fields beside old ones that nobody can read.
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
			return nil
		}
		if err != nil {
			return fmt.Errorf("read sealed fields: %w", classify(err))
		}
		_, phoneErr := r.open(phone, staffNo, personal.Phone)
		_, idCardErr := r.open(idCard, staffNo, personal.IDCard)
		if err := cmp.Or(phoneErr, idCardErr); err != nil {
			return fmt.Errorf("encryption keys are not those of this database: %w", err)
		}
	}
	return nil
}
