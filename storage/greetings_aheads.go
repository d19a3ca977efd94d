package storage

import (
	"context"
	"maps"
	"slices"
)

// Aheads implements occasion.Store.
func (r *Greetings) Aheads(ctx context.Context) (map[string]int, error) {
	all := map[string]int{}
	_, err := queryAll(ctx, r.db, "read how early is planned", func(row scanner) (none struct{}, err error) {
		var name string
		var ahead int
		err = row.Scan(&name, &ahead)
		all[name] = ahead
		return none, err
	}, `SELECT occasion, ahead FROM greeting_aheads`)
	return all, err
}

// KeepAheads implements occasion.Store.
func (r *Greetings) KeepAheads(ctx context.Context, aheads map[string]int) error {
	names := slices.Sorted(maps.Keys(aheads)) // all who do so lock them in the same order
	return r.db.Tx(ctx, func(ctx context.Context) error {
		args := make([]any, 0, 2*len(names))
		for _, name := range names {
			args = append(args, name, aheads[name])
		}
		_, err := execute(ctx, r.db, "note how early is planned", `INSERT INTO greeting_aheads (occasion, ahead) VALUES `+rows("(?, ?)", len(names))+
			r.db.overwrite("occasion", "occasion", "ahead"), args...)
		if err != nil {
			return err
		}
		_, err = execute(ctx, r.db, "forget what is not said any more", `DELETE FROM greeting_aheads WHERE occasion NOT IN ?`, names)
		return err
	})
}
