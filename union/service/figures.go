package service

import (
	"bytes"
	"fmt"
	"regexp"
)

// figure is a place for a number to ring or a standard sum, which the reference data fills before a file is read.
var figure = regexp.MustCompile(`\{(hotline|standards?):[^}\n]*\}`)

// checkFigures refuses places for figures that nothing has filled.
func (p *parser) checkFigures(source []byte) {
	for i, line := range bytes.Split(source, []byte("\n")) {
		for _, left := range figure.FindAll(line, -1) {
			p.problems = append(p.problems, Problem{File: p.file, Line: i + 1, Text: fmt.Sprintf("%s is none of the lines and sums of the reference data", left)})
		}
	}
}
