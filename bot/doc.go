// Package bot is what happens to a message between the platform that brought it and the platform that takes
// the answer back: the words (Message, Reply, Session, Flow), the Catalog that decides what a message means,
// and the Engine that lets it have its effects once, in order and in time.
//
// It knows no platform, no SQL, no Redis and nothing about trade unions. What it needs of them it declares as
// small interfaces (Turns, Ledger, Router) that others satisfy.
//
// A message's way: an adapter (bot/wecom, bot/officialaccount) verifies and decodes a callback into a Message
// and calls Engine.Receive. The Engine takes the identity's turn (Turns.Begin), asks the Router what the
// message means in the Session, commits SQL if the step touched it (Work.Commit), commits the Session
// (Turns.Commit) and hands the Answer back, which the adapter encodes as the passive reply.
package bot
