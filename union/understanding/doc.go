// Package understanding finds out what a free sentence is meant for, by rules and examples alone: no model from outside,
// no network, no state but what Train was given. It knows nothing of services or conversations, only topics with the
// sentences that belong to them, and never decides what is done about a sentence.
//
// # The model, in two minutes
//
// A sentence becomes a row of tokens: a character and its sound, the syllable without tone in which what dialects and
// thumbs confuse is one (zh/z, n/l, ing/in, f/h). Typed pinyin has sounds only. What speaks for a topic are
//
//   - features: characters, and pairs of characters and of sounds. It says log(1 + n/(s·p)) for the topic, where n of
//     the topic's sentences have it and the share p of everybody's: naive Bayes with a prior of s such sentences. What all topics say alike
//     (我想, 怎么) weighs nothing; an unknown word says nothing. A phrase or sign is worth several examples.
//   - phrases and signs of the topic that stand in the sentence, each with a small weight more.
//
// The sum over both is the topic's evidence, in nats. Softmax over the topics, and over "none of them" that has a fixed
// evidence of its own, makes it a confidence: few words or two topics alike are a low one. Then come rules that no
// counting learns (wish.go): who says 不用 or tells of others has asked for nothing, and two wishes are two.
package understanding
