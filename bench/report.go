package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"text/tabwriter"
)

// figure is one line of the report.
type figure struct {
	Name string `json:"name"`
	// Ratio is the CPU time a message in floors; Micros the same in microseconds, which differ from machine to machine.
	Ratio      float64 `json:"ratio"`
	Micros     float64 `json:"micros"`
	Statements float64 `json:"statements"`
	Redis      float64 `json:"redis"`
	// Goal is the ratio to reach, 0 where none is set.
	Goal float64 `json:"goal,omitempty"`
}

// fact is a figure that is no ratio.
type fact struct {
	Name  string  `json:"name"`
	Value float64 `json:"value"`
	Unit  string  `json:"unit"`
	Goal  float64 `json:"goal,omitempty"`
}

type section struct {
	Name    string   `json:"name"`
	Figures []figure `json:"figures"`
}

type report struct {
	FloorMicros float64   `json:"floor_micros"`
	Sections    []section `json:"sections"`
	Facts       []fact    `json:"facts"`
}

// goals are the ratios to reach, by the name of a turn.
var goals = map[string]float64{"menu": 5, "form": 5, "form, back": 5, "form, again": 5, "filing": 12}

func median(samples []sample, of func(sample) float64) float64 {
	values := make([]float64, len(samples))
	for i, s := range samples {
		values[i] = of(s)
	}
	slices.Sort(values)
	return values[len(values)/2]
}

// add makes a section of rounds, in the order of the journey.
func (r *report) add(name string, samples map[string][]sample) {
	s := section{Name: name}
	for _, t := range journey {
		rounds := samples[t.Name]
		if len(rounds) == 0 {
			continue
		}
		s.Figures = append(s.Figures, figure{
			Name:       t.Name,
			Ratio:      median(rounds, func(s sample) float64 { return s.micros / s.floor }),
			Micros:     median(rounds, func(s sample) float64 { return s.micros }),
			Statements: median(rounds, func(s sample) float64 { return s.asked.statements }),
			Redis:      median(rounds, func(s sample) float64 { return s.asked.redis }),
			Goal:       goals[t.Name],
		})
		if r.FloorMicros == 0 {
			r.FloorMicros = median(rounds, func(s sample) float64 { return s.floor })
		}
	}
	r.Sections = append(r.Sections, s)
}

// ratio finds a figure of a section; 0 if it is not there.
func (r *report) ratio(section, turn string) float64 {
	for _, s := range r.Sections {
		for _, f := range s.Figures {
			if s.Name == section && f.Name == turn {
				return f.Ratio
			}
		}
	}
	return 0
}

func (r *report) fact(name string, value float64, unit string, goal float64) {
	r.Facts = append(r.Facts, fact{name, value, unit, goal})
}

// slack is how far beyond its goal a fact of a unit may be: only what depends on how busy the machine is may be at all.
var slack = map[string]float64{"s": 1.5, "ms": 1.5, "×": 1.5}

// beyond says whether a fact is further beyond its goal than anything but a busy machine explains.
func (f fact) beyond() bool { return f.Goal > 0 && f.Value > f.Goal*max(slack[f.Unit], 1) }

// missed names the facts that are too far beyond their goals: calls and memory by anything, times by more than half.
func missed(facts []fact) (err error) {
	for _, f := range facts {
		if f.beyond() {
			err = errors.Join(err, fmt.Errorf("%s: %.2f %s, where %g is the goal", f.Name, f.Value, f.Unit, f.Goal))
		}
	}
	return err
}

func (r *report) write(out io.Writer) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "the floor\t1.0\t%.1f µs\n", r.FloorMicros)
	for _, s := range r.Sections {
		fmt.Fprintf(w, "\n%s\tfloors\tgoal\tCPU\tSQL statements\tRedis calls\n", s.Name)
		for _, f := range s.Figures {
			fmt.Fprintf(w, "%s\t%.1f\t%s\t%.0f µs\t%.2f\t%.2f\n", f.Name, f.Ratio, goal(f.Goal), f.Micros, f.Statements, f.Redis)
		}
	}
	fmt.Fprintf(w, "\n\tvalue\tgoal\tunit\n")
	for _, f := range r.Facts {
		mark := ""
		if f.Goal > 0 && f.Value > f.Goal {
			mark = " ← missed"
		}
		fmt.Fprintf(w, "%s\t%.2f\t%s\t%s%s\n", f.Name, f.Value, goal(f.Goal), f.Unit, mark)
	}
	return w.Flush()
}

func goal(g float64) string {
	if g == 0 {
		return ""
	}
	return fmt.Sprintf("≤ %g", g)
}

func (r *report) save(file string) error {
	content, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return fmt.Errorf("encode report: %w", err)
	}
	if err := os.WriteFile(file, append(content, '\n'), 0o644); err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	return nil
}
