// Package callback is what the two adapters share at the HTTP edge: the order in which a callback is checked, the one
// refusal for whatever is wrong with it, the limits on its size and age, a strict reading of its XML or JSON, the counting of
// what came of it, and the ways to answer or not to answer. What the platforms do differently it asks of a Scheme.
//
// It never looks into what a message means, never calls a platform and never logs a word of a message.
package callback
