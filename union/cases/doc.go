// Package cases holds what the union keeps about a request - draft, case, task, timeline - and the use cases that a
// conversation, the console and a command all call: file a draft, decide a task, show a case. Every use case checks the
// right to do it at the act, writes case, task, timeline and notices in the one transaction of its context, and gives
// the same result when it is called twice.
//
// It speaks no sentence: words come from the Words that flows hand in.
package cases
