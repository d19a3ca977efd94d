package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"golang.org/x/term"
)

const barWidth = 30

// progressBar returns a callback that draws a bar on a terminal, at most ten times a second, and one that ends it.
// Where to is no terminal both do nothing.
func progressBar(to io.Writer, title string, now func() time.Time) (update func(done, total int), end func()) {
	file, ok := to.(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) {
		return func(int, int) {}, func() {}
	}
	var drawn time.Time
	return func(done, total int) {
			if at := now(); done >= total || at.Sub(drawn) >= 100*time.Millisecond {
				drawn = at
				fmt.Fprintf(to, "\r%s %s", title, bar(done, total))
			}
		}, func() {
			if !drawn.IsZero() {
				fmt.Fprintln(to)
			}
		}
}

// bar draws done of total: [#########---------]  50 %  500/1000
func bar(done, total int) string {
	total = max(total, done, 1)
	filled := barWidth * done / total
	return fmt.Sprintf("[%s%s] %3d %%  %d/%d", strings.Repeat("#", filled), strings.Repeat("-", barWidth-filled), 100*done/total, done, total)
}
