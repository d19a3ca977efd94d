// Package audit makes a record that cannot be quietly changed. It is pure: it reads no clock and keeps nothing.
//
// What is recorded is digested together with a salt, and the digest is signed with a key that the database does not
// hold. An entry of a case's timeline is signed together with its place and the signature before it; a sealer then lists
// the entries of all cases, and those of no case, in one chain, whose length and head are told outside of the database
// day by day. So a change, a swap, a gap and a forgery show in the entries, a tail that was cut off a case shows in the
// chain, and one that was cut off the chain shows by what was told outside.
//
// Deleting what an entry says drops content and salt: the digest stays, tells nothing by itself, and the chain holds.
package audit
