package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/unionbot/unionbot/config"
	"github.com/unionbot/unionbot/union/audit"
)

// state is how well one thing is.
type state string

// What warns works and is not advised; what is bad keeps people from being served, and makes doctor fail.
const (
	stateOK   state = "ok"
	stateWarn state = "warn"
	stateBad  state = "bad"
)

// finding is one thing that doctor looked at, in the words of an operator.
type finding struct {
	Name   string `json:"name"`
	State  state  `json:"state"`
	Detail string `json:"detail"`
	// Do says how to mend it; nothing where all is well.
	Do string `json:"do,omitempty"`
}

func fine(name, format string, args ...any) finding {
	return finding{Name: name, State: stateOK, Detail: fmt.Sprintf(format, args...)}
}

// warning and bad say what was found, and what to do about it.
func warning(name, do, format string, args ...any) finding {
	return finding{Name: name, State: stateWarn, Detail: fmt.Sprintf(format, args...), Do: do}
}

func bad(name, do, format string, args ...any) finding {
	return finding{Name: name, State: stateBad, Detail: fmt.Sprintf(format, args...), Do: do}
}

// examine is a part of what doctor looks at. It changes nothing that the service would notice, and says nothing where
// another finding has already said that it cannot look.
type examine func(context.Context, *patient) []finding

// examinations are all parts, in the order in which they are shown: what others need comes first.
var examinations = []examine{
	examineConfiguration,
	examineDatabase,
	examineRedis,
	examineMedia,
	examineFiles,
	examineFont,
	examineOutbound,
	examineWeCom,
	examineOfficialAccount,
	examineCallbacks,
	examineClock,
	examineData,
	examineCustodians,
	examineGroups,
	examinePlaces,
	examineDuty,
	examineMoves,
	examineAudit,
}

func (a *app) doctorCommand() *cobra.Command {
	var asJSON bool
	var anchors string
	c := &cobra.Command{
		Use:   "doctor",
		Short: "Look at everything that serve needs and say what is wrong and what to do",
		Long: `Look at everything that serve needs and say what is wrong and what to do. It may run beside a serving
instance, changes nothing, and leaves the running service its tokens. Exit 1 if anything is bad; warnings are not.`,
		Example: "  unionbot doctor --config unionbot.yaml\n  unionbot doctor --json\n  unionbot doctor --anchor anchors.txt",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			cfg, err := a.load("DATABASE_URL", "REDIS_URL", "ENCRYPTION_KEYS")
			var problems config.Problems
			if errors.As(err, &problems) {
				return a.diagnose(misconfigured(problems), asJSON)
			}
			if err != nil {
				return err
			}
			outside, err := readAnchors(anchors)
			if err != nil {
				return err
			}
			return a.doctor(c.Context(), cfg, outside, asJSON)
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "write JSON")
	c.Flags().StringVar(&anchors, "anchor", "", "file with anchors of the audit chain that were kept: the log's lines or an auditor's messages")
	return c
}

func (a *app) doctor(ctx context.Context, c config.Config, anchors []audit.Anchor, asJSON bool) error {
	p := newPatient(ctx, c)
	p.anchors = anchors
	defer p.close()
	return a.diagnose(p.findings(ctx), asJSON)
}

// misconfigured says what is wrong with a configuration: what it names cannot be looked at before.
func misconfigured(problems config.Problems) (found []finding) {
	for _, each := range problems {
		do := "mend it, and run doctor again: the rest was not looked at"
		if each.Where != "" {
			do = each.Where + ": " + do
		}
		found = append(found, bad(configuration, do, "%s: %s", each.Name, each.Reason))
	}
	return found
}

// diagnose writes the findings, and fails if anything is bad.
func (a *app) diagnose(findings []finding, asJSON bool) error {
	if asJSON {
		if err := a.writeJSON(findings); err != nil {
			return err
		}
	}
	sick := false
	for _, f := range findings {
		sick = sick || f.State == stateBad
		if !asJSON {
			fmt.Fprint(a.stdout, f.lines())
		}
	}
	if sick {
		return errors.New("not everything is well")
	}
	return nil
}

// lines shows a finding on a terminal.
func (f finding) lines() string {
	line := fmt.Sprintf("%-4s %-18s %s\n", f.State, f.Name, f.Detail)
	if f.Do != "" {
		line += fmt.Sprintf("%23s → %s\n", "", f.Do)
	}
	return line
}
