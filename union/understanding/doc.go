// Package understanding finds out what a free sentence is meant for, by rules and examples alone: no model from outside,
// no network, no state but what Train was given. It knows nothing of services or conversations, only topics with the
// sentences that belong to them, and never decides what is done about a sentence.
//
// # The model, in two minutes
//
// A sentence becomes a row of tokens: a character and its sound, the syllable without tone in which what dialects and
// thumbs confuse is one (zh/z, n/l, ing/in, f/h). Typed pinyin has sounds only. What speaks for a topic are
//
//   - features: characters, pairs of characters and of sounds, how a sentence begins, and once more the characters of its
//     last part, where the wish stands. What each weighs for each topic is learnt from the examples of all by softmax
//     regression (linear.go). What all topics say alike (我想, 怎么) weighs nothing; an unknown word says nothing.
//   - phrases and signs of the topic that stand in the sentence, each with a small weight more.
//
// The sum over both is the topic's evidence, in nats. Softmax over the topics makes it a confidence: few words or two topics
// alike are a low one. Whether anything is asked for at all is learnt apart, over all topics together. Then come rules that no
// counting learns (wish.go): who says 不用 or tells of others has asked for nothing, and two wishes are two. A word alone
// makes nothing sure: what was learnt has to speak for the topic too.
//
// An Ear is the same regression, of cries and of what only sounds like them.
package understanding
