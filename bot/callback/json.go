package callback

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// An account's owner may choose JSON in place of XML on the platform's page (数据格式). Names and nesting are the same,
// so a JSON document is read into the same tree: a member is a child, an array as many children of one name.

// IsJSON tells by its first character whether a document is meant to be JSON.
func IsJSON(document []byte) bool {
	return bytes.HasPrefix(bytes.TrimLeft(document, " \t\r\n"), []byte("{"))
}

// parseJSON is as strict as Parse: one object and nothing after it, nested no deeper, none of the names in once more
// than one time, where encoding/json would let the last one win.
func parseJSON(document []byte, once ...string) (*Element, error) {
	d := jsonTree{json.NewDecoder(bytes.NewReader(document))}
	d.UseNumber()                        // a MsgId exceeds what a float64 holds
	if _, err := d.Token(); err != nil { // the brace that IsJSON has seen
		return nil, fmt.Errorf("read json: %w", err)
	}
	root := &Element{Name: "xml"}
	if err := d.readObject(root, 1); err != nil {
		return nil, fmt.Errorf("read json: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("read json: something after the end")
	}
	for _, name := range once {
		if root.count(name) > 1 {
			return nil, fmt.Errorf("read json: more than one %s", name)
		}
	}
	return root, nil
}

// jsonTree reads values into elements.
type jsonTree struct{ *json.Decoder }

// readObject reads the members of an object whose brace has been read.
func (d jsonTree) readObject(e *Element, depth int) error {
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return err
		}
		name, _ := key.(string) // the decoder takes no other key
		value, err := d.Token()
		if err != nil {
			return err
		}
		if value != json.Delim('[') {
			if err := d.add(e, name, value, depth); err != nil {
				return err
			}
			continue
		}
		if err := d.readArray(e, name, depth); err != nil {
			return err
		}
	}
	_, err := d.Token()
	return err
}

func (d jsonTree) readArray(parent *Element, name string, depth int) error {
	for d.More() {
		item, err := d.Token()
		if err != nil {
			return err
		}
		if err := d.add(parent, name, item, depth); err != nil {
			return err
		}
	}
	_, err := d.Token()
	return err
}

// add makes a child of a value whose first token has been read.
func (d jsonTree) add(parent *Element, name string, value json.Token, depth int) error {
	if depth == maxDepth {
		return errors.New("nested too deep")
	}
	e := &Element{Name: name}
	parent.Children = append(parent.Children, e)
	switch v := value.(type) {
	case json.Delim:
		if v != '{' {
			return errors.New("an array of arrays")
		}
		return d.readObject(e, depth+1)
	case string:
		e.Text = strings.TrimSpace(string(Clean([]byte(v)))) // an escape may write what XML forbids
	case json.Number:
		e.Text = v.String()
	case bool:
		e.Text = strconv.FormatBool(v)
	}
	return nil
}
