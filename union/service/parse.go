package service

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/unionbot/unionbot/union/folder"
)

// HashLength is the length of Service.Hash: the first 128 bits of a SHA-256, in hex.
const HashLength = 32

// Parse reads the service file of this name, which is the file's stem up to a date. The error is Problems, all that were
// found.
func Parse(name string, source []byte) (*Service, error) {
	return parse(name+extension, name, source, nil)
}

// parse reads a file; more is checked once the rest is.
func parse(file, name string, source []byte, more func(*parser, *Service)) (*Service, error) {
	source = folder.Canonical(source) // an editor's byte order mark and line ends make no new version
	p := &parser{file: file, lines: map[string]int{}, bad: map[string]bool{}}
	s := &Service{Name: name, File: file, Hash: hashOf(source), Source: source}
	p.checkFigures(source)
	if root, ok := p.document(source); ok {
		p.shape(root, serviceType, "")
		// What shape refused stays empty here, and check is silent about it.
		if err := root.Decode(s); err != nil && len(p.problems) == 0 {
			p.syntax(err)
		}
		if !p.bad[""] {
			s.setDefaults()
			p.checkLife(s)
			if more != nil {
				more(p, s)
			}
			if !p.switchesOff(s) {
				p.check(s)
			}
		}
	}
	if len(p.problems) > 0 {
		p.problems.Sort()
		return nil, p.problems
	}
	return s, nil
}

func hashOf(source []byte) string {
	sum := sha256.Sum256(source)
	return hex.EncodeToString(sum[:])[:HashLength]
}

// parser gathers the problems of one file.
type parser struct {
	file     string
	problems Problems
	// lines is where each field stands, by its way from the root.
	lines map[string]int
	// bad marks fields whose shape was refused, so that nothing more is said about them.
	bad map[string]bool
}

func (p *parser) add(line int, path, format string, args ...any) {
	p.problems = append(p.problems, Problem{File: p.file, Line: line, Field: path, Text: fmt.Sprintf(format, args...)})
}

// addAt reports a problem where the field stands or, if it is missing, where its nearest parent does. It is silent about
// a field of which the shape was refused, in whole or in part.
func (p *parser) addAt(path, format string, args ...any) {
	for bad := range p.bad {
		if strings.HasPrefix(bad, path+".") || strings.HasPrefix(bad, path+"[") {
			return
		}
	}
	line := 1
	for at := path; at != ""; at = parent(at) {
		if p.bad[at] {
			return
		}
		if l, ok := p.lines[at]; ok && line == 1 {
			line = l
		}
	}
	p.add(line, path, format, args...)
}

func parent(path string) string {
	return path[:max(strings.LastIndexAny(path, ".["), 0)]
}

func (p *parser) document(source []byte) (*yaml.Node, bool) {
	if len(source) > folder.MaxBytes {
		p.add(1, "", "the file has %d bytes; the most is %d", len(source), folder.MaxBytes)
		return nil, false
	}
	decoder := yaml.NewDecoder(bytes.NewReader(source))
	var document, second yaml.Node
	switch err := decoder.Decode(&document); {
	case errors.Is(err, io.EOF):
		p.add(1, "", "the file is empty")
		return nil, false
	case err != nil:
		p.syntax(err)
		return nil, false
	}
	if err := decoder.Decode(&second); !errors.Is(err, io.EOF) {
		p.add(max(second.Line, 1), "", "a file holds one service; a second document begins here")
		return nil, false
	}
	return document.Content[0], true
}

var yamlLine = regexp.MustCompile(`^(?:yaml: )?(?:unmarshal errors:\s*)?line (\d+): `)

// syntax reports what the YAML reader says, with its line taken apart.
func (p *parser) syntax(err error) {
	text, line := err.Error(), 1
	if found := yamlLine.FindStringSubmatch(text); found != nil {
		line, _ = strconv.Atoi(found[1]) // the expression matched digits
		text = text[len(found[0]):]
	}
	p.add(line, "", "this is no YAML: %s", strings.TrimPrefix(text, "yaml: "))
}
