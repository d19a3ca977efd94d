// Package talk lets a member talk to a person of the union through the chat: it decides who takes a talk and by when, what
// becomes of one that nobody answers, and to whom each word goes. A talk is with exactly one holder, or waits in exactly
// one queue, until it has ended.
package talk
