package enrolment

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// fields takes a mapping apart. A key that is not known is a mistake.
func (r *reader) fields(node *yaml.Node, way string, known []string) map[string]*yaml.Node {
	found := map[string]*yaml.Node{}
	if node.Kind != yaml.MappingNode {
		r.add(node.Line, way, "fields are expected: %s", strings.Join(known, ", "))
		return found
	}
	for i := 0; i+1 < len(node.Content); i += 2 {
		key, value := node.Content[i], node.Content[i+1]
		name := strings.TrimPrefix(way+"."+key.Value, ".")
		switch _, twice := found[key.Value]; {
		case !slices.Contains(known, key.Value):
			r.add(key.Line, name, "is not known; known are %s", strings.Join(known, ", "))
		case twice:
			r.add(key.Line, name, "is there twice")
		default:
			found[key.Value] = value
		}
	}
	return found
}

func (r *reader) text(node *yaml.Node, way string) string {
	if node == nil {
		return ""
	}
	if node.Kind != yaml.ScalarNode {
		r.add(node.Line, way, "a text is expected")
		return ""
	}
	return strings.TrimSpace(node.Value)
}

func (r *reader) texts(node *yaml.Node, way string) (list []string) {
	if node == nil {
		return nil
	}
	if node.Kind != yaml.SequenceNode {
		r.add(node.Line, way, "a list of texts is expected")
		return nil
	}
	for _, one := range node.Content {
		list = append(list, r.text(one, way))
	}
	return list
}

func (r *reader) number(node *yaml.Node, way string) int {
	if node == nil {
		return 0
	}
	n, err := strconv.Atoi(node.Value)
	if node.Kind != yaml.ScalarNode || err != nil || n < 1 {
		r.add(node.Line, way, "a number from 1 is expected; leave it out for no limit")
	}
	return n
}

func (r *reader) moment(node *yaml.Node, way string) time.Time {
	if node == nil {
		return time.Time{}
	}
	for _, layout := range []string{"2006-01-02 15:04", "2006-01-02T15:04"} {
		if t, err := time.ParseInLocation(layout, node.Value, r.zone); node.Kind == yaml.ScalarNode && err == nil {
			return t.UTC()
		}
	}
	r.add(node.Line, way, "a day and a time are expected, such as 2026-12-10 09:00")
	return time.Time{}
}

// units reads places by the paths of organisations.
func (r *reader) units(node *yaml.Node, way string) (units []Part) {
	if node == nil {
		return nil
	}
	if node.Kind != yaml.MappingNode {
		r.add(node.Line, way, "paths of organisations with their places are expected")
		return nil
	}
	for i := 0; i+1 < len(node.Content); i += 2 {
		units = append(units, Part{Path: node.Content[i].Value, Places: r.number(node.Content[i+1], way)})
	}
	return units
}
