package callback

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// maxDepth is the deepest nesting that is read; the deepest known callback has 7 levels.
const maxDepth = 16

// Element is an XML element, or the root of a callback. Attributes are dropped: no platform writes any.
type Element struct {
	Name string
	// Text is the character data between the tags, without blanks around it.
	Text     string
	Children []*Element
}

// Parse reads a document whose root is <xml> more strictly than encoding/xml does: no directive (so no DOCTYPE), no
// namespace, no deeper than 16, nothing but blanks after the end, and none of the names in once more than one time
// directly under the root, where encoding/xml would let the last one win. Case of names counts.
func Parse(document []byte, once ...string) (*Element, error) {
	root, ok := scan(document)
	if !ok {
		var err error
		if root, err = parseAny(document); err != nil {
			return nil, err
		}
	}
	for _, name := range once {
		if root.count(name) > 1 {
			return nil, fmt.Errorf("read xml: more than one %s", name)
		}
	}
	return root, nil
}

// parseAny reads whatever Parse allows.
func parseAny(document []byte) (*Element, error) {
	d := xml.NewDecoder(bytes.NewReader(document))
	var tree builder
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil {
			err = tree.add(token)
		}
		if err != nil {
			return nil, fmt.Errorf("read xml: %w", err)
		}
	}
	if tree.root == nil {
		return nil, errors.New("read xml: no root")
	}
	return tree.root, nil
}

// builder makes a tree of tokens; open are the elements whose end has not come, root first. encoding/xml sees to it
// that tags match.
type builder struct {
	root *Element
	open []*Element
}

func (b *builder) add(token xml.Token) error {
	switch t := token.(type) {
	case xml.StartElement:
		return b.start(t.Name)
	case xml.EndElement:
		e := b.open[len(b.open)-1]
		e.Text = strings.TrimSpace(e.Text)
		b.open = b.open[:len(b.open)-1]
	case xml.CharData:
		if len(b.open) > 0 {
			b.open[len(b.open)-1].Text += string(t)
		} else if len(bytes.TrimSpace(t)) > 0 {
			return errors.New("text outside the root")
		}
	case xml.Directive:
		return errors.New("directive")
	}
	return nil
}

func (b *builder) start(name xml.Name) error {
	e := &Element{Name: name.Local}
	switch {
	case name.Space != "":
		return errors.New("namespace")
	case len(b.open) == maxDepth:
		return errors.New("nested too deep")
	case len(b.open) > 0:
		parent := b.open[len(b.open)-1]
		parent.Children = append(parent.Children, e)
	case b.root != nil || e.Name != "xml":
		return errors.New("root is not one xml element")
	default:
		b.root = e
	}
	b.open = append(b.open, e)
	return nil
}

func (e *Element) count(name string) int {
	n := 0
	for _, c := range e.Children {
		if c.Name == name {
			n++
		}
	}
	return n
}

// Child returns the first child with that name, or an empty element.
func (e *Element) Child(name string) *Element {
	if i := slices.IndexFunc(e.Children, func(c *Element) bool { return c.Name == name }); i >= 0 {
		return e.Children[i]
	}
	return &Element{}
}

// Get returns the text of the first child that has one of the names and is not empty.
func (e *Element) Get(names ...string) string {
	for _, name := range names {
		if text := e.Child(name).Text; text != "" {
			return text
		}
	}
	return ""
}
