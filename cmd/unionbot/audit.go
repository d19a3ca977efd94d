package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/unionbot/unionbot/config"
	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/seal"
	"github.com/unionbot/unionbot/union/audit"
)

func (a *app) auditCommand() *cobra.Command {
	c := &cobra.Command{
		Use:     "audit",
		Short:   "Prove that the record was not changed",
		Example: "  unionbot audit verify\n  unionbot audit anchor",
	}
	c.AddCommand(a.auditVerifyCommand(), a.auditAnchorCommand(), a.auditExportCommand())
	return c
}

func (a *app) auditVerifyCommand() *cobra.Command {
	var asJSON bool
	var anchors string
	c := &cobra.Command{
		Use:   "verify",
		Short: "Check every entry of the record, and name each that was changed, moved or deleted",
		Long: `Check every entry of the record: each case's timeline, each look, import and deletion, and the chain in which all
are listed. It may run beside a serving instance. Exit 1 if anything is damaged. docs/audit.md says what this proves.`,
		Example: "  unionbot audit verify\n  unionbot audit verify --anchor anchors.txt --json",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			outside, err := readAnchors(anchors)
			if err != nil {
				return err
			}
			return a.withRecord(c.Context(), func(r *storage.Audit) error {
				report, err := a.verify(c.Context(), r, outside)
				if err != nil {
					return err
				}
				return a.tellReport(report, asJSON)
			})
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "write JSON")
	c.Flags().StringVar(&anchors, "anchor", "", "file with anchors that were kept: the log's lines or an auditor's messages")
	return c
}

func (a *app) auditAnchorCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "anchor",
		Short: "Write down how long the record is, to be kept elsewhere",
		Long: `Write the length and the head of the record on one line. Kept where nobody can reach it through the database, it
shows later, by audit verify --anchor or doctor --anchor, that nothing was cut off or written anew.`,
		Example: "  unionbot audit anchor >> /media/usb/anchors.txt",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return a.withRecord(c.Context(), func(r *storage.Audit) error {
				end, err := r.Head(c.Context())
				if err != nil {
					return err
				}
				head, err := r.Anchorable(c.Context())
				if err != nil {
					return err
				}
				if head.Place == 0 {
					return errors.New("there is no entry yet; serve lists them")
				}
				if end.Place > head.Place {
					fmt.Fprintf(a.stderr, "The chain ends at place %d, in what this service has not signed: the anchor is of the last place that it has. See docs/runbook.md, the record was changed.\n", end.Place)
				}
				_, err = fmt.Fprintln(a.stdout, audit.Anchor{Day: time.Now().Format(time.DateOnly), Place: head.Place, Signature: head.Signature})
				return err
			})
		},
	}
}

func (a *app) auditExportCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "export",
		Short: "Write the looks, imports and deletions as JSON, one a line",
		Long: `Write every entry that belongs to no case's timeline as JSON, one a line: who looked at a sensitive case, when the
members file was imported, what was deleted and why. The export is an entry itself.`,
		Example: "  unionbot audit export > audit.jsonl",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return a.withRecord(c.Context(), func(r *storage.Audit) error {
				if err := r.Append(c.Context(), audit.Entry{At: time.Now(), Kind: audit.Export}); err != nil {
					return err
				}
				lines := json.NewEncoder(a.stdout)
				return r.Judged(c.Context(), func(e audit.StoredEntry, v audit.Verdict) error { return lines.Encode(export(e, v)) })
			})
		},
	}
}

func export(e audit.StoredEntry, v audit.Verdict) exported {
	line := exported{
		ID: e.ID, At: e.At, Kind: e.Kind, Actor: int64(e.Actor), Name: e.Name, Role: string(e.Role), Case: e.Case, Member: int64(e.Member), Note: e.Note,
		Emptied: e.Emptied, Changed: e.Changed, Unread: e.Unread, Through: e.Through, Bounded: e.Bounded,
		Standing: v.Standing, Erased: e.Told(), Digest: e.Written, Signature: e.Signature,
	}
	if !e.ChangedAt.IsZero() {
		line.ChangedBefore = &e.ChangedAt
	}
	return line
}

// exported is a line of audit export. Erased is what a deletion on record says, and ChangedBefore is when one came that found the entry
// changed.
type exported struct {
	ID            int64          `json:"id"`
	At            time.Time      `json:"at"`
	Kind          audit.Kind     `json:"kind"`
	Actor         int64          `json:"actor,omitempty"`
	Name          string         `json:"name,omitempty"`
	Role          string         `json:"role,omitempty"`
	Case          int64          `json:"case,omitempty"`
	Member        int64          `json:"member,omitempty"`
	Note          string         `json:"note,omitempty"`
	Emptied       []int64        `json:"emptied,omitempty"`
	Changed       []int64        `json:"changed,omitempty"`
	Unread        []int64        `json:"unread,omitempty"`
	Through       int64          `json:"through,omitempty"`
	Bounded       bool           `json:"bounded,omitempty"`
	Standing      audit.Standing `json:"standing"`
	Erased        bool           `json:"erased,omitempty"`
	ChangedBefore *time.Time     `json:"changed_before,omitempty"`
	Digest        string         `json:"digest"`
	Signature     string         `json:"signature"`
}

func (a *app) verify(ctx context.Context, r *storage.Audit, outside []audit.Anchor) (audit.Report, error) {
	total, err := r.Size(ctx)
	if err != nil {
		return audit.Report{}, err
	}
	update, end := progressBar(a.stderr, "entries", time.Now)
	defer end()
	return r.Check(ctx, outside, func(rows int64) { update(int(rows), int(total)) })
}

func (a *app) tellReport(r audit.Report, asJSON bool) error {
	if asJSON {
		if err := a.writeJSON(r); err != nil {
			return err
		}
	} else {
		for _, d := range r.Damages {
			fmt.Fprintf(a.stdout, "%-8s %s: %s\n", d.Kind, d.Where, d.Text)
		}
		if r.More > 0 {
			fmt.Fprintf(a.stdout, "… and %d more\n", r.More)
		}
		fmt.Fprintf(a.stdout, "%d entries of cases, %d others, %d places in the chain, %d anchors; %d not listed yet, %d deleted on record\n",
			r.Events, r.Entries, r.Links, r.Anchors, r.Waiting, r.Erased)
		if r.Unread > 0 {
			fmt.Fprintf(a.stdout, "%d were deleted, on record, unread: nobody could tell whether they were as they were written\n", r.Unread)
		}
		if len(r.Unanchored) > 0 {
			fmt.Fprintf(a.stdout, "no day between has an anchor, %s: the service did not run then, or somebody deleted them; look into the log and the auditors' messages, and give what is found with --anchor\n",
				strings.Join(r.Unanchored, ", "))
		}
		if r.Unverifiable > 0 {
			fmt.Fprintf(a.stdout, "%d signatures are of a key that ENCRYPTION_KEYS does not hold any more, and could not be checked\n", r.Unverifiable)
		}
	}
	if !r.Sound() {
		return fmt.Errorf("the record is damaged in %d places", int64(len(r.Damages))+r.More)
	}
	return nil
}

// readAnchors finds the anchors in a file; none where no file is named.
func readAnchors(path string) ([]audit.Anchor, error) {
	if path == "" {
		return nil, nil
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read anchors: %w", err)
	}
	found := audit.FindAnchors(string(text))
	if len(found) == 0 {
		return nil, fmt.Errorf("%s holds no anchor: one begins with audit-anchor: and goes on with a day", path)
	}
	return found, nil
}

// withRecord opens the record with the keys that it was signed with.
func (a *app) withRecord(ctx context.Context, use func(*storage.Audit) error) error {
	return a.withKeys(ctx, func(c config.Config, db *storage.DB, _ *seal.Keyring) error {
		record := storage.NewAudit(db)
		record.UseClock(newClock(c.ClockOffset).now)
		return use(record)
	})
}
