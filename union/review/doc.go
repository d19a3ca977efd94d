// Package review is the officers' part of a case as a pure machine: a plan of steps, a state, an event, and out come
// the next state and the duties that follow from it. It knows no member, no clock and no store: who holds an office,
// which day a number of working days leads to and how anybody is told are the caller's to find out.
package review
