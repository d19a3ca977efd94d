package main

import (
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
)

const (
	// heapGrowth is by how many per cent the heap grows before it is cleaned: live data are some 30 MB, so that cleaning
	// at their double, the default, takes a tenth of all CPU time under load.
	heapGrowth = 130
	// startGrowth is the same until what is offered has been learnt: what that leaves behind is twice what it keeps.
	startGrowth = 40
)

// heapSample is of how many bytes one is noted for the heap's profile: at the default, half a megabyte, noting takes one to two per
// cent of all CPU time under load.
const heapSample = 4 << 20

// tuneMemory lets the heap grow, unless the operator has said how far.
func tuneMemory(environ []string) {
	runtime.MemProfileRate = heapSample
	if !slices.ContainsFunc(environ, func(e string) bool { return strings.HasPrefix(e, "GOGC=") }) {
		debug.SetGCPercent(startGrowth)
	}
}

// settleMemory gives back what only learning needed.
func settleMemory() {
	if was := debug.SetGCPercent(heapGrowth); was != startGrowth {
		debug.SetGCPercent(was) // the operator's, or as it is by now
	}
	debug.FreeOSMemory()
}
