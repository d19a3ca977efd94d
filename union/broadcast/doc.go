// Package broadcast is one message to many: who may write it and to whom, who releases it, when it may go out, and what
// became of it for each of its receivers. It never sends: bot/delivery drains the chunks that the planning leaves.
//
// A broadcast is written, released by somebody else, planned and sent. Its text and its audience are frozen with the
// release; whoever edits it afterwards voids the release.
package broadcast
