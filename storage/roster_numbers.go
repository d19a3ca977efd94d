package storage

import (
	"context"
	"fmt"
	"slices"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/personal"
	"github.com/unionbot/unionbot/union/roster"
)

// A staged number is compared with the members' by its digests: the one under the first key stands in its row, those under
// the other keys in roster_stage_digests, for a member may have been sealed under any of them.

// stageNumber returns a staged number and its digest, both NULL where the file does not say, and its other digests.
func (s *rosterStaging) stageNumber(row roster.Row, kind personal.Kind, c roster.Cell) (pair [2]any, others []any, err error) {
	if !c.Given {
		return pair, nil, nil
	}
	sealed, digests, err := sealNumber(s.keys, kind, c.Text, row.StaffNo)
	if err != nil {
		return pair, nil, err
	}
	return [2]any{sealed, digests[0]}, s.otherDigests(row.Line, kind, digests), nil
}

// otherDigests are the values of the rows of roster_stage_digests for a number's digests.
func (s *rosterStaging) otherDigests(line int, kind personal.Kind, digests []string) (values []any) {
	for _, digest := range digests[1:] {
		values = append(values, s.run, line, string(kind), digest)
	}
	return values
}

// addDigests inserts them by the batch: there are as many as there are keys, and thousands may come back at once.
func (s *rosterStaging) addDigests(ctx context.Context, values []any) error {
	columns := []string{"run", "line_no", "kind", "digest"}
	for batch := range slices.Chunk(values, s.stageBatch()*len(columns)) {
		if err := insertMany(ctx, s.db, "roster_stage_digests", columns, batch); err != nil {
			return err
		}
	}
	return nil
}

// sameNumber is the condition that a staged row s says nothing else of a number than the member m has.
func sameNumber(kind personal.Kind) string {
	return fmt.Sprintf(`(s.%[1]s_digest IS NULL OR s.%[1]s_digest = m.%[1]s_digest OR EXISTS (SELECT 1 FROM roster_stage_digests d
		WHERE d.run = s.run AND d.line_no = s.line_no AND d.kind = '%[1]s' AND d.digest = m.%[1]s_digest))`, kind)
}

// returning stages the identity cards of those who come back and whose card the file does not repeat: it is theirs again,
// and must not be anybody else's by now.
func (m *rosterMerge) returning(ctx context.Context) error {
	type comer struct {
		line            int
		staffNo, idCard string
	}
	list, err := queryAll(ctx, m.db, "find who comes back", func(row scanner) (c comer, err error) {
		return c, row.Scan(&c.line, &c.staffNo, &c.idCard)
	}, `SELECT s.line_no, m.staff_no, m.id_card FROM roster_stage s JOIN members m ON m.id = s.member_id
		WHERE s.run = ? AND s.id_card IS NULL AND m.status = ? AND s.status <> ? AND m.id_card <> ''`, m.run, union.Left, union.Left)
	if err != nil {
		return err
	}
	var others []any
	for _, c := range list {
		plain, err := NewMembers(m.db, m.keys, "").open(c.idCard, c.staffNo, personal.IDCard)
		if err != nil {
			return fmt.Errorf("look at the id card of %s, who comes back: %w", c.staffNo, err)
		}
		sealed, digests, err := sealNumber(m.keys, personal.IDCard, plain, c.staffNo)
		if err != nil {
			return err
		}
		others = append(others, m.otherDigests(c.line, personal.IDCard, digests)...)
		_, err = execute(ctx, m.db, "stage id card", `UPDATE roster_stage SET id_card = ?, id_card_digest = ? WHERE run = ? AND line_no = ?`,
			sealed, digests[0], m.run, c.line)
		if err != nil {
			return err
		}
	}
	return m.addDigests(ctx, others)
}

// serving is the condition that the member of a staged row s, as own has it before the merge, is served after it.
const serving = ` COALESCE(s.status, own.status, '` + string(union.Active) + `') <> '` + string(union.Left) + `' `

// What is grouped below is grouped by an expression, though the column would do: by the column MariaDB would group anew for
// every line (its split_materialized), and thousands have one placeholder for a phone.

// numberTwice finds the lines of people who are served whose number an earlier such line of somebody else has.
func numberTwice(kind personal.Kind, which string) string {
	const staged = ` FROM roster_stage s LEFT JOIN members own ON own.id = s.member_id `
	return fmt.Sprintf(`SELECT line_no, first_line, who FROM (SELECT s.line_no, s.staff_no, twice.first_line,
				(SELECT f.staff_no FROM roster_stage f WHERE f.run = s.run AND f.line_no = twice.first_line) AS who`+staged+`
			CROSS JOIN (SELECT COALESCE(s.%[1]s_digest, '') AS digest, MIN(s.line_no) AS first_line`+staged+`
				WHERE s.run = ? AND s.%[1]s_digest <> '' AND`+serving+`GROUP BY COALESCE(s.%[1]s_digest, '') HAVING COUNT(*) > 1) twice
				ON s.%[1]s_digest = twice.digest AND s.line_no <> twice.first_line
			WHERE s.run = ? AND`+serving+which+`) found
		WHERE who <> staff_no ORDER BY line_no LIMIT ?`, kind)
}

// numberOf finds the lines of people who are served whose number somebody has who is served and keeps it: who is not in
// the file, or of whose number the file says nothing. underFirst looks for the digests that stand in the lines.
func numberOf(kind personal.Kind, which string, underFirst bool) string {
	from, digest := `roster_stage s`, `s.`+string(kind)+`_digest`
	if !underFirst {
		from = `roster_stage_digests d CROSS JOIN roster_stage s ON s.run = d.run AND s.line_no = d.line_no AND d.kind = '` + string(kind) + `'`
		digest = `d.digest`
	}
	return fmt.Sprintf(`SELECT s.line_no, 0, kept.who FROM %[1]s LEFT JOIN members own ON own.id = s.member_id
		CROSS JOIN (SELECT COALESCE(m.%[3]s_digest, '') AS digest, MIN(m.staff_no) AS who FROM members m
			WHERE m.%[3]s_digest <> '' AND m.status <> '%[4]s' AND NOT EXISTS (SELECT 1 FROM roster_stage o
				WHERE o.run = ? AND o.staff_no = m.staff_no AND (o.%[3]s_digest IS NOT NULL OR o.status = '%[4]s'))
			GROUP BY COALESCE(m.%[3]s_digest, '')) kept ON kept.digest = %[2]s
		WHERE s.run = ? AND`+serving+which+` ORDER BY s.line_no LIMIT ?`, from, digest, kind, union.Left)
}

// written is the further condition on lines that change something: what was said of the others once is not said again.
const written = ` AND (s.member_id IS NULL OR s.changed = 1) `
