package storage

import (
	"context"
	"encoding/base64"
	"fmt"
)

// rewrapField is the pass over a sealed field of the members, whose digest is made anew with it.
func (r *Members) rewrapField(field string) rewrapper {
	return rewrapper{
		db: r.db, column: sealedColumn{"members", "id", field},
		change: func(ctx context.Context, key any, stored string) (string, bool, error) {
			box, err := base64.RawStdEncoding.DecodeString(stored)
			if err == nil && r.db.keys.Current(box) {
				return "", false, nil
			}
			staffNo, err := r.staffNoOf(ctx, key)
			if err != nil {
				return "", true, err
			}
			plain, err := r.open(stored, staffNo, field)
			return plain, true, err // sealed when it is written, together with its digest
		},
		write: func(ctx context.Context, key any, old, plain string) (bool, error) {
			staffNo, err := r.staffNoOf(ctx, key)
			if err != nil {
				return false, err
			}
			sealed, digest, err := sealField(r.sealer, plain, staffNo, field)
			if err != nil {
				return false, err
			}
			n, err := execute(ctx, r.db, "rewrap member", "UPDATE members SET "+field+" = ?, "+field+"_digest = ? WHERE id = ? AND "+
				field+" = ?", sealed, digest, key, old)
			return n > 0, err
		},
	}
}

func (r *Members) staffNoOf(ctx context.Context, key any) (string, error) {
	g, err := r.db.read(ctx)
	if err != nil {
		return "", err
	}
	var staffNo string
	if err := g.Raw("SELECT staff_no FROM members WHERE id = ?", key).Row().Scan(&staffNo); err != nil {
		return "", fmt.Errorf("read staff number: %w", notFound(err))
	}
	return staffNo, nil
}
