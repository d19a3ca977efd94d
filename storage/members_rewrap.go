package storage

import (
	"context"
	"encoding/base64"
	"fmt"
	"strings"

	"github.com/unionbot/unionbot/union/personal"
)

// rewrapNumber is the pass over one kind of the members' numbers. Number and digest change in one statement: at any
// moment a look-up under both keys finds it.
func (r *Members) rewrapNumber(kind personal.Kind) rewrapper {
	field := string(kind)
	first := r.keys.BlindMarks()[0]
	return rewrapper{
		db: r.db, column: sealedColumn{"members", "id", field}, beside: []string{"staff_no", field + "_digest"},
		needed: func(row rewrapRow) bool {
			box, err := base64.RawStdEncoding.DecodeString(row.value)
			return err != nil || !r.db.keys.Current(box) || !strings.HasPrefix(row.beside[1], first)
		},
		// What is returned is sealed when it is written, together with its digest.
		change: func(row rewrapRow) (string, error) { return r.open(row.value, row.beside[0], kind) },
		write: func(ctx context.Context, row rewrapRow, plain string) (bool, error) {
			sealed, digests, err := sealNumber(r.keys, kind, plain, row.beside[0])
			if err != nil {
				return false, err
			}
			n, err := execute(ctx, r.db, "rewrap member", fmt.Sprintf(`UPDATE members SET %[1]s = ?, %[1]s_digest = ? WHERE id = ? AND %[1]s = ?`, field),
				sealed, digests[0], row.key, row.value)
			return n > 0, err
		},
	}
}
