package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/unionbot/unionbot/config"
	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/privacy"
	"github.com/unionbot/unionbot/union/roster"
)

type eraseOptions struct {
	reason      string
	yes, asJSON bool
	keyLost     bool
	cases       []string
	anchors     string
}

func (a *app) membersEraseCommand() *cobra.Command {
	var o eraseOptions
	c := &cobra.Command{
		Use:   "erase STAFF_NO --reason TEXT",
		Short: "Delete the personal data of a member who has left",
		Long: `Delete what is kept about a member who has left: name, phone, id card, birthday, what their cases say, pictures,
drafts, accounts, notices. What happened and when stays, with the organisation, for the record and for statistics, and the
deletion itself goes on record with its reason: write one that names nobody. It cannot be undone; backups still hold the
data. It may run beside a serving instance, and begun again after an interruption it ends the same. docs/audit.md says what stays.`,
		Example: "  unionbot members erase 100101 --reason \"request of 2026-11-20\"\n  unionbot members erase 100101 --reason \"request 17\" --yes --json",
		Args:    cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if strings.TrimSpace(o.reason) == "" {
				return errors.New("--reason is missing: the record keeps why data was deleted")
			}
			return a.eraseMember(c.Context(), args[0], o)
		},
	}
	flags := c.Flags()
	flags.StringVar(&o.reason, "reason", "", "why, for the record; names nobody")
	flags.BoolVar(&o.yes, "yes", false, "do not ask")
	flags.BoolVar(&o.keyLost, "key-lost", false, "delete also, unread, what is sealed or signed with a key that is gone for good")
	flags.StringSliceVar(&o.cases, "case", nil, "number of a case that is the member's although the record does not prove it")
	flags.StringVar(&o.anchors, "anchor", "", "file with anchors that were kept: they tell which earlier deletions hold whose key is gone")
	flags.BoolVar(&o.asJSON, "json", false, "write the report as JSON")
	return c
}

func (a *app) eraseMember(ctx context.Context, staffNo string, o eraseOptions) error {
	return a.withMembers(ctx, func(c config.Config, s *stores) error { return a.eraseIn(ctx, c, s, staffNo, o) })
}

func (a *app) eraseIn(ctx context.Context, c config.Config, s *stores, staffNo string, o eraseOptions) (err error) {
	m, err := s.members.ByStaffNo(ctx, staffNo)
	if errors.Is(err, union.ErrNotFound) {
		return fmt.Errorf("no member has the staff number %s", staffNo)
	}
	if err != nil {
		return err
	}
	files, err := openMedia(ctx, c, newLogger(c, a.stderr))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, files.Close()) }()
	eraser := privacy.NewEraser(storage.NewErasures(s.db, directoryChannel(c)), s.keys, files.Remove)
	if err := eraser.Allowed(ctx, m); err != nil {
		return eraseAdvice(m, err)
	}
	outside, err := readAnchors(o.anchors)
	if err != nil {
		return err
	}
	theirs, err := eraser.Cases(ctx, m)
	if err == nil {
		err = known(m, o.cases, theirs)
	}
	if err != nil {
		return err
	}
	if !o.yes && !a.agreed(eraseQuestion(m, theirs), m.StaffNo) {
		return errors.New("nothing was deleted: type the staff number to agree, or give --yes")
	}
	done, err := a.erase(ctx, s, eraser, privacy.Erasure{
		Member: m, Reason: o.reason, At: time.Now(), KeyLost: o.keyLost, Agreed: o.cases, Anchors: outside,
	})
	if err != nil {
		err = eraseAdvice(m, err)
	}
	if err == nil || !done.Nothing() || len(done.Changed)+len(done.Unread) > 0 {
		err = errors.Join(a.tellErased(m, done, o.asJSON), err)
	}
	return err
}

// known refuses to agree to a case that is not among the member's.
func known(m union.Member, agreed []string, theirs []privacy.Filed) error {
	for _, number := range agreed {
		if !slices.ContainsFunc(theirs, func(f privacy.Filed) bool { return f.Number == number }) {
			return fmt.Errorf("nothing was deleted: no case %s stands under %s", number, m.StaffNo)
		}
	}
	return nil
}

// erase shows how far the chain was walked, and says where anchors told nothing because it was not.
func (a *app) erase(ctx context.Context, s *stores, eraser *privacy.Eraser, what privacy.Erasure) (privacy.Erased, error) {
	head, err := storage.NewAudit(s.db).Head(ctx)
	if err != nil {
		return privacy.Erased{}, err
	}
	update, end := progressBar(a.stderr, "places of the chain", time.Now)
	walked := false
	what.Tell = func(links int64) {
		walked = true
		update(int(links), int(head.Place))
	}
	done, err := eraser.Erase(ctx, what)
	end()
	if err == nil && len(what.Anchors) > 0 && !walked {
		fmt.Fprintln(a.stderr, "The anchors told nothing: the chain was not looked at, for no signature there was in doubt.")
	}
	return done, err
}

func eraseQuestion(m union.Member, theirs []privacy.Filed) string {
	question := fmt.Sprintf("Delete the personal data of %s %s (%s) for good? There goes what %d cases say.", m.StaffNo, m.Name, m.OrgPath, len(theirs))
	for _, c := range theirs {
		question += " " + c.Number
	}
	return question + " Type the staff number: "
}

// tellErased says what was deleted, also where the deletion has failed in the middle.
func (a *app) tellErased(m union.Member, done privacy.Erased, asJSON bool) error {
	if asJSON {
		return a.writeJSON(done)
	}
	_, err := fmt.Fprintln(a.stdout, erasedLine(m, done))
	return err
}

func erasedLine(m union.Member, done privacy.Erased) string {
	deleted := fmt.Sprintf("of %s: what %d cases and %d entries of the record said, %d attachments, %d notices, %d drafts, %d accounts, %d roles.",
		m.StaffNo, done.Cases, done.Entries, done.Attachments, done.Notices, done.Drafts, done.Accounts, done.Roles)
	var line string
	switch {
	case done.Finished && done.Nothing():
		line = "Of " + m.StaffNo + " nothing was left to delete."
	case done.Finished:
		line = "Deleted " + deleted + " What is kept for repeated messages goes within 7 days; backups hold the data until they are deleted."
	case done.Nothing():
		line = "Not finished. Of " + m.StaffNo + " nothing was deleted by this run."
	default:
		line = "Not finished. Deleted so far " + deleted
	}
	if len(done.Numbers) > 0 {
		line += "\nThe cases were " + strings.Join(done.Numbers, ", ") + "."
	}
	if len(done.Changed) > 0 {
		line += fmt.Sprintf("\nNot as they were written, before they were deleted, were the entries %s: somebody changed them. audit verify goes on naming "+
			"them; only a copy of the database from before still shows what they said: keep one, where that is lawful.", numbered(done.Changed))
	}
	if len(done.Unread) > 0 {
		line += fmt.Sprintf("\nDeleted unread were the entries %s: nobody can tell whether they were as they were written.", numbered(done.Unread))
	}
	return line
}

func numbered(ids []int64) string {
	words := make([]string, len(ids))
	for i, id := range ids {
		words[i] = strconv.FormatInt(id, 10)
	}
	return strings.Join(words, ", ")
}

// eraseAdvice says what to do before the member's data can go.
func eraseAdvice(m union.Member, err error) error {
	var open *privacy.OpenError
	var unproven *privacy.UnprovenError
	switch {
	case errors.As(err, &unproven):
		return fmt.Errorf("%w. They stand under %s, and the signed entries that they were filed do not say so: somebody may have moved them there. "+
			"Look at them and run audit verify; name with --case what is the member's all the same", err, m.StaffNo)
	case errors.As(err, &open):
		return fmt.Errorf("%s still has open cases: %s; let the officers decide them first", m.StaffNo, strings.Join(open.Numbers, ", "))
	case errors.Is(err, privacy.ErrNotLeft):
		return fmt.Errorf("%s is %s: only who has left can be deleted; import the member with status left first (docs/members.md)", m.StaffNo, m.Status)
	case errors.Is(err, privacy.ErrFetching):
		return fmt.Errorf("%w: run this again when it is there, or given up, in three days at the latest", err)
	case errors.Is(err, privacy.ErrOtherKey):
		return fmt.Errorf("%w: put the key back into ENCRYPTION_KEYS and run this again; if it is gone for good, anchors that were kept may tell (--anchor), and --key-lost deletes unread what nobody can tell", err)
	case errors.Is(err, roster.ErrRunning):
		return errors.New("an import or another deletion is running: run this again when it has ended")
	}
	return fmt.Errorf("delete the data of %s: %w; run this again, what is gone already is passed over", m.StaffNo, err)
}

// agreed asks on the terminal and says whether the answer is want.
func (a *app) agreed(question, want string) bool {
	fmt.Fprint(a.stderr, question)
	answer, _ := bufio.NewReader(a.stdin).ReadString('\n')
	return strings.TrimSpace(answer) == want
}
