package config

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

const (
	envPrefix  = "UNIONBOT_"
	testPrefix = "UNIONBOT_TEST_" // the tests' own
	fileSuffix = "_FILE"
)

// Source is where a configuration comes from. The environment wins over the file.
type Source struct {
	File    string   // path of the YAML file; "" for none
	Environ []string // KEY=value, as os.Environ returns it
}

// Problem is one thing that is wrong with the configuration.
type Problem struct {
	Name   string // of the setting, as it was written
	Where  string // "environment" or a file and line; "" where the setting is missing
	Reason string // what is wrong and how to mend it
}

// Problems is everything that is wrong with a configuration.
type Problems []Problem

// Error lists the problems, one a line.
func (p Problems) Error() string {
	lines := []string{"configuration:"}
	for _, each := range p {
		where := ""
		if each.Where != "" {
			where = " (" + each.Where + ")"
		}
		lines = append(lines, fmt.Sprintf("  %s%s: %s", each.Name, where, each.Reason))
	}
	return strings.Join(lines, "\n")
}

// given is what one setting was given and where.
type given struct {
	name  string // as written
	value string
	where string
}

// Load reads and checks the configuration. needs names the settings that the caller cannot do without. The error is
// a Problems that names everything that is wrong; it never holds the value of a secret.
func Load(from Source, needs ...string) (Config, error) {
	l := loader{given: map[string]given{}}
	l.readFile(from.File)
	l.readEnviron(from.Environ)
	l.config.Traces = traced(from.Environ)
	l.fill()
	l.checkPlatforms()
	l.checkNeeds(needs)
	l.checkCombinations()
	if len(l.problems) > 0 {
		return Config{}, l.problems
	}
	return l.config, nil
}

// traced says whether OpenTelemetry's names in the environment tell where traces go.
func traced(environ []string) bool {
	return slices.ContainsFunc(environ, func(pair string) bool {
		name, value, _ := strings.Cut(pair, "=")
		return value != "" && (name == "OTEL_EXPORTER_OTLP_ENDPOINT" || name == "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
	})
}

type loader struct {
	config   Config
	given    map[string]given // by the setting's name
	problems Problems
}

func (l *loader) problem(name, where, format string, args ...any) {
	l.problems = append(l.problems, Problem{name, where, fmt.Sprintf(format, args...)})
}

func (l *loader) readFile(path string) {
	if path == "" {
		return
	}
	content, err := os.ReadFile(path)
	if err != nil {
		l.problem("--config", "", "%v", err)
		return
	}
	var document yaml.Node
	if err := yaml.Unmarshal(content, &document); err != nil {
		l.problem("--config", path, "is not YAML: %s", strings.TrimPrefix(err.Error(), "yaml: "))
		return
	}
	if len(document.Content) == 0 {
		return
	}
	root := document.Content[0]
	if root.Kind != yaml.MappingNode {
		l.problem("--config", path, "must be a list of settings, each `name: value`")
		return
	}
	pairs := map[string]given{}
	for i := 0; i < len(root.Content); i += 2 {
		key, value := root.Content[i], root.Content[i+1]
		where := fmt.Sprintf("%s line %d", filepath.Base(path), key.Line)
		words, ok := scalar(value)
		name := strings.ToUpper(key.Value)
		_, twice := pairs[name]
		switch {
		case !ok:
			l.problem(key.Value, where, "must be a single value, a list of values or pairs of them")
		case twice:
			l.problem(key.Value, where, "is set twice; leave one")
		default:
			pairs[name] = given{key.Value, words, where}
		}
	}
	l.accept(pairs)
}

// scalar writes a value as the environment would hold it: lists joined by commas, pairs as key=value.
func scalar(node *yaml.Node) (string, bool) {
	switch node.Kind {
	case yaml.ScalarNode:
		if node.Tag == "!!null" {
			return "", true
		}
		return node.Value, true
	case yaml.SequenceNode:
		var parts []string
		for _, each := range node.Content {
			if each.Kind != yaml.ScalarNode {
				return "", false
			}
			parts = append(parts, each.Value)
		}
		return strings.Join(parts, ","), true
	case yaml.MappingNode:
		var parts []string
		for i := 0; i < len(node.Content); i += 2 {
			if node.Content[i+1].Kind != yaml.ScalarNode {
				return "", false
			}
			parts = append(parts, node.Content[i].Value+"="+node.Content[i+1].Value)
		}
		return strings.Join(parts, ","), true
	default:
		return "", false
	}
}

func (l *loader) readEnviron(environ []string) {
	pairs := map[string]given{}
	for _, pair := range environ {
		full, value, _ := strings.Cut(pair, "=")
		name, ours := strings.CutPrefix(full, envPrefix)
		if !ours || strings.HasPrefix(full, testPrefix) {
			continue
		}
		pairs[name] = given{full, value, "environment"}
	}
	l.accept(pairs)
}

// accept takes one source's pairs. An empty value counts as not set, for that is how compose files and unit files
// leave a setting out.
func (l *loader) accept(pairs map[string]given) {
	names := make([]string, 0, len(pairs))
	for name := range pairs {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		g := pairs[name]
		target, isFile := name, false
		if s, ok := find(strings.TrimSuffix(name, fileSuffix)); ok && s.secret && strings.HasSuffix(name, fileSuffix) {
			target, isFile = s.name, true
		}
		if _, ok := find(target); !ok {
			l.problem(g.name, g.where, "is not a setting%s", didYouMean(name))
			continue
		}
		if g.value == "" {
			continue
		}
		if isFile {
			if pairs[target].value != "" {
				l.problem(g.name, g.where, "is set beside %s; leave one", pairs[target].name)
				continue
			}
			content, err := os.ReadFile(g.value)
			if err != nil {
				l.problem(g.name, g.where, "%v", err)
				continue
			}
			// An empty file is a secret that went missing, not a setting that was left out.
			if g.value = strings.TrimRight(string(content), "\r\n"); g.value == "" {
				l.problem(g.name, g.where, "names a file that is empty")
				continue
			}
		}
		l.given[target] = g
	}
}

func (l *loader) fill() {
	for _, s := range settings {
		g, ok := l.given[s.name]
		if !ok {
			g = given{name: s.name, value: s.byDefault}
		}
		if g.value == "" {
			continue
		}
		if err := s.set(&l.config, g.value); err != nil {
			l.problem(g.name, g.where, "%v", err)
		}
	}
}

func find(name string) (setting, bool) {
	for _, s := range settings {
		if s.name == name {
			return s, true
		}
	}
	return setting{}, false
}

// didYouMean proposes the setting that looks most like the name, if one does.
func didYouMean(name string) string {
	best, nearest := "", len(name)/3+1
	for _, s := range settings {
		if d := distance(name, s.name); d < nearest {
			best, nearest = s.name, d
		}
	}
	if best == "" {
		return "; docs/configuration.md lists them"
	}
	return "; did you mean " + best + "?"
}

// distance counts the letters to change, add or drop between a and b.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		diagonal := row[0]
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			diagonal, row[j] = row[j], min(row[j]+1, row[j-1]+1, diagonal+cost)
		}
	}
	return row[len(b)]
}
