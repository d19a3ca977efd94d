// Package article is what the union knows to tell: short texts about rules and sums, each paragraph with the questions
// that it answers, its source and the day as of which it is true. It finds the paragraph that a question asks for, by the
// characters that they share, with no model and no network. It decides nothing: an answer is the text that somebody
// wrote, never one that was put together.
package article
