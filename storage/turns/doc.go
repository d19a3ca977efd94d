// Package turns keeps, on Redis, who of an identity's messages has the turn, in which order the others wait, where
// the identity is in its conversation, and what was answered lately. It satisfies bot.Turns and bot.Shelf.
//
// All keys of an identity share a hash tag, so a script runs on one slot of a cluster. With P = {channel:user}:
//
//	P            hash: s session, v fence of the turn that saved it; m n u the holder's message, nonce and lease
//	             end; f the last fence, o the predecessors left open, k the ticket counter, park what is parked
//	P:r:message  the recorded reply, for a minute
//	P:d:message  the mark that a reply was given, for the timestamp window: 1, c collected, p parked
//	P:q, P:w     the tickets of those who wait, and when each was last seen
//
// Beside them, turn:stash:channel lists messages that wait for SQL to come back.
//
// Leases and fences go by Redis' own TIME. A TTL only collects garbage. Whatever is lost here - a flush, a fail-over -
// costs no effect: package storage decides that by the rows of `handled`.
package turns
