// Command bench measures what a turn costs the real binary: CPU time a message, as a ratio to a floor handler that only
// reads, verifies, decrypts, encrypts, signs and writes. Run it by `make bench`; docs/performance.md says how to read it.
//
// The service runs on a core of its own and the rest - load, stores, a stand-in for the platform's API - on the others.
// CPU time is read from the kernel in nanoseconds, so a slow or busy machine changes the figures far less than wall
// time would; the floor is measured anew before every round, for what else the machine does changes its caches.
//
// Everybody speaks once a round. That is the dearest way to measure: what is kept behind a turn, such as a draft, then
// costs one write for every turn, and not one for many.
package main
