package calendar

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// maxSpan is more than any holiday lasts; a longer span is a slip of the pen.
const maxSpan = 31

func (c *Calendar) read(r io.Reader) error {
	lines := bufio.NewScanner(r)
	for number := 1; lines.Scan(); number++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if err := c.readLine(line); err != nil {
			return fmt.Errorf("line %d: %w", number, err)
		}
	}
	return lines.Err()
}

func (c *Calendar) readLine(line string) error {
	words := strings.Fields(line)
	if len(words) > 1 {
		switch words[0] {
		case "source":
			c.source = strings.Join(words[1:], " ")
			return nil
		case "as_of":
			day, err := ParseDate(words[1])
			c.asOf = day
			return err
		}
	}
	if len(words) < 2 || (words[0] != "off" && words[0] != "work") {
		return fmt.Errorf("want `off` or `work` and a day, got %q", line)
	}
	from, to, isSpan := strings.Cut(words[1], "..")
	first, err := ParseDate(from)
	if err != nil {
		return err
	}
	last := first
	if isSpan {
		if last, err = ParseDate(to); err != nil {
			return err
		}
	}
	if last.Before(first) || first.AddDays(maxSpan).Before(last) {
		return fmt.Errorf("%s is no span of holidays", words[1])
	}
	for day := first; !last.Before(day); day = day.AddDays(1) {
		if _, twice := c.worked[day]; twice {
			return fmt.Errorf("%s is named twice", day)
		}
		c.worked[day] = words[0] == "work"
		c.years[day.Year] = true
	}
	return nil
}
