package service

import (
	"fmt"
	"reflect"
	"slices"
	"sync"

	"go.yaml.in/yaml/v3"

	"github.com/unionbot/unionbot/union"
)

var (
	serviceType  = reflect.TypeFor[Service]()
	textType     = reflect.TypeFor[Text]()
	templateType = reflect.TypeFor[Template]()
	similarType  = reflect.TypeFor[Similar]()

	// words lists what a field of a closed type may say.
	words = map[reflect.Type][]string{
		reflect.TypeFor[Kind]():       asStrings(Kinds()),
		reflect.TypeFor[Act]():        asStrings(Acts()),
		reflect.TypeFor[MoveKind]():   asStrings(MoveKinds()),
		reflect.TypeFor[Mode]():       asStrings(Modes()),
		reflect.TypeFor[Lend]():       asStrings([]Lend{LendAlways, LendNever}),
		reflect.TypeFor[Sending]():    asStrings(Sendings()),
		reflect.TypeFor[Reach]():      {string(ReachUnion), string(ReachPlant)},
		reflect.TypeFor[Level]():      asStrings(Levels()),
		reflect.TypeFor[union.Role](): asStrings(union.Roles()),
	}
)

func asStrings[S ~string](values []S) []string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = string(v)
	}
	return out
}

// shape compares a node with the type that it is to fill: keys that nobody knows, a list where a word belongs, a word
// that is none of those allowed. yaml.v3 alone reports less, stops at the first key and cannot name the nearest word.
func (p *parser) shape(node *yaml.Node, t reflect.Type, path string) {
	if path != "" {
		p.lines[path] = node.Line
	}
	if t.Kind() == reflect.Pointer { // nil where the file says nothing
		t = t.Elem()
	}
	switch {
	case node.Kind == yaml.AliasNode:
		p.refuse(node, path, "anchors and aliases are not used in service files")
	case t == templateType:
		p.shape(node, textType, path)
	case (t == textType || t == expressionType || t == similarType) && node.Kind == yaml.ScalarNode:
	case t == expressionType:
		p.refuse(node, path, "an expression is expected, in one line")
	case t.Kind() == reflect.Struct:
		p.mapping(node, t, path)
	case t.Kind() == reflect.Slice:
		if node.Kind != yaml.SequenceNode {
			p.refuse(node, path, "a list is expected")
			return
		}
		for i, item := range node.Content {
			p.shape(item, t.Elem(), fmt.Sprintf("%s[%d]", path, i+1))
		}
	case node.Kind != yaml.ScalarNode:
		p.refuse(node, path, "one value is expected, not a list or a mapping")
	default:
		p.scalar(node, t, path)
	}
}

func (p *parser) scalar(node *yaml.Node, t reflect.Type, path string) {
	switch t.Kind() {
	case reflect.Int:
		if node.Tag != "!!int" {
			p.refuse(node, path, fmt.Sprintf("a whole number is expected, not %q", node.Value))
		}
	case reflect.Bool:
		if node.Tag != "!!bool" {
			p.refuse(node, path, fmt.Sprintf("true or false is expected, not %q", node.Value))
		}
	default:
		if allowed, closed := words[t]; closed && !slices.Contains(allowed, node.Value) {
			p.refuse(node, path, oneOf(node.Value, allowed))
		}
	}
}

func (p *parser) mapping(node *yaml.Node, t reflect.Type, path string) {
	if node.Kind != yaml.MappingNode {
		p.refuse(node, path, "a mapping of keys and values is expected")
		return
	}
	fields, keys := fieldsOf(t)
	seen := map[string]int{}
	for i := 0; i+1 < len(node.Content); i += 2 {
		key, value := node.Content[i], node.Content[i+1]
		at := key.Value
		if path != "" {
			at = path + "." + key.Value
		}
		if first, twice := seen[key.Value]; twice {
			p.add(key.Line, at, "stands here a second time; the first is in line %d", first)
			continue
		}
		seen[key.Value] = key.Line
		field, ok := fields[key.Value]
		if !ok {
			p.add(key.Line, path, "unknown key: %s", oneOf(key.Value, keys))
			continue
		}
		p.shape(value, field, at)
	}
}

func (p *parser) refuse(node *yaml.Node, path, text string) {
	p.bad[path] = true
	p.add(node.Line, path, "%s", text)
}

// shapes remembers fieldsOf: the types are few, and every question of every file asks for one.
var shapes sync.Map // of reflect.Type: shape

type shape struct {
	fields map[string]reflect.Type
	keys   []string
}

// fieldsOf returns the types of a struct's fields by their YAML keys, and the keys in order. Nobody changes either.
func fieldsOf(t reflect.Type) (map[string]reflect.Type, []string) {
	known, _ := shapes.Load(t)
	if s, ok := known.(shape); ok {
		return s.fields, s.keys
	}
	s := shape{fields: map[string]reflect.Type{}}
	for i := range t.NumField() {
		f := t.Field(i)
		if key := f.Tag.Get("yaml"); key != "-" && f.IsExported() {
			s.fields[key] = f.Type
			s.keys = append(s.keys, key)
		}
	}
	shapes.Store(t, s)
	return s.fields, s.keys
}
