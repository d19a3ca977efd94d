package folder

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Document is one YAML document that was read strictly.
type Document struct {
	File     string
	Problems Problems
	// first is the line in the file of the document's first line, less one.
	first int
	root  *yaml.Node
}

var (
	yamlLine   = regexp.MustCompile(`^(?:yaml: )?(?:unmarshal errors:\s*)?line (\d+): `)
	unknownKey = regexp.MustCompile("^field (.+) not found in type .*$")
	wrongShape = regexp.MustCompile("^cannot unmarshal (!!\\w+)(?: `(.*)`)? into (.+)$")
)

// Strict reads a YAML document, which begins after so many lines of its file, into a pointer to a struct. Unknown keys,
// keys that stand twice and values of another kind are problems with their lines.
func Strict(file string, before int, source []byte, into any) *Document {
	d := &Document{File: file, first: before}
	if len(source) > MaxBytes {
		d.Add(1, "", "the file has %d bytes; the most is %d", len(source), MaxBytes)
		return d
	}
	var root yaml.Node
	if err := yaml.Unmarshal(source, &root); err != nil {
		d.syntax(err.Error(), nil)
		return d
	}
	if len(root.Content) == 0 || root.Content[0].Kind != yaml.MappingNode {
		d.Add(before+1, "", "a mapping of keys and values is expected")
		return d
	}
	d.root = root.Content[0]
	decoder := yaml.NewDecoder(bytes.NewReader(source))
	decoder.KnownFields(true)
	err := decoder.Decode(into)
	var mistakes *yaml.TypeError
	switch {
	case errors.As(err, &mistakes):
		for _, m := range mistakes.Errors {
			d.syntax(m, keysOf(reflect.TypeOf(into).Elem()))
		}
	case err != nil:
		d.syntax(err.Error(), nil)
	default:
		if err := decoder.Decode(&yaml.Node{}); !errors.Is(err, io.EOF) {
			d.Add(before+1, "", "a file holds one document; a second one begins here")
		}
	}
	return d
}

// syntax puts what the YAML reader says into the words of the house.
func (d *Document) syntax(text string, keys []string) {
	line := 1
	if found := yamlLine.FindStringSubmatch(text); found != nil {
		line, _ = strconv.Atoi(found[1]) // the expression matched digits
		text = text[len(found[0]):]
	}
	switch {
	case unknownKey.MatchString(text):
		text = "unknown key: " + OneOf(unknownKey.FindStringSubmatch(text)[1], keys)
	case wrongShape.MatchString(text):
		m := wrongShape.FindStringSubmatch(text)
		text = fmt.Sprintf("%s is expected, not %q", kindName(m[3]), strings.TrimSpace(m[1]+" "+m[2]))
	default:
		text = "this is no YAML: " + strings.TrimPrefix(text, "yaml: ")
	}
	d.Problems = append(d.Problems, Problem{File: d.File, Line: d.first + line, Text: text})
}

func kindName(goType string) string {
	switch {
	case strings.HasPrefix(goType, "[]"):
		return "a list"
	case strings.HasPrefix(goType, "int"):
		return "a whole number"
	case goType == "bool":
		return "true or false"
	case goType == "string":
		return "one value"
	}
	return "a mapping of keys and values"
}

// keysOf lists the YAML keys of a struct and of the structs in it, each once.
func keysOf(t reflect.Type) (keys []string) {
	defer func() {
		slices.Sort(keys)
		keys = slices.Compact(keys)
	}()
	for i := range t.NumField() {
		field := t.Field(i)
		key, how, _ := strings.Cut(field.Tag.Get("yaml"), ",")
		if how == "inline" {
			keys = append(keys, keysOf(field.Type)...)
		}
		if key == "-" || key == "" {
			continue
		}
		keys = append(keys, key)
		inner := field.Type
		for inner.Kind() == reflect.Slice || inner.Kind() == reflect.Map || inner.Kind() == reflect.Pointer {
			inner = inner.Elem()
		}
		if inner.Kind() == reflect.Struct && inner != t {
			keys = append(keys, keysOf(inner)...)
		}
	}
	return keys
}

// Add reports a mistake in a line of the file.
func (d *Document) Add(line int, field, format string, args ...any) {
	d.Problems = append(d.Problems, Problem{File: d.File, Line: line, Field: field, Text: fmt.Sprintf(format, args...)})
}

// AddAt reports a mistake of a field, in its line: the way to it is made of keys and of places in lists from 0. Where it
// is missing the line is that of what should hold it.
func (d *Document) AddAt(way []any, format string, args ...any) {
	name, line, node := "", d.first+1, d.root
	for _, step := range way {
		switch s := step.(type) {
		case string:
			name = strings.TrimPrefix(name+"."+s, ".")
		case int:
			name += fmt.Sprintf("[%d]", s+1)
		}
		if node = child(node, step); node != nil {
			line = d.first + node.Line
		}
	}
	d.Add(line, name, format, args...)
}

func child(node *yaml.Node, step any) *yaml.Node {
	if node == nil {
		return nil
	}
	switch s := step.(type) {
	case string:
		for i := 0; i+1 < len(node.Content); i += 2 {
			if node.Kind == yaml.MappingNode && node.Content[i].Value == s {
				return node.Content[i+1]
			}
		}
	case int:
		if node.Kind == yaml.SequenceNode && s < len(node.Content) {
			return node.Content[s]
		}
	}
	return nil
}
