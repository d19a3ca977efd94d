// Package simulator is a stand-in for WeCom and the WeChat Official Account: one http.Handler that plays both
// platforms towards a bot, with phones in the browser for the people who talk to it.
//
// It signs, encrypts and retries callbacks, checks what a bot answers, hands out tokens that expire, and refuses what
// the platforms refuse. Everything that can go wrong at a platform can be made to go wrong here (Faults), and its clock
// can be moved. What passes between platform and bot is shown beside the phones, with secrets masked.
//
// It knows nothing of the bot behind the callback address: it imports the published callback cryptography and nothing
// else of this module, so that a mistake of ours cannot hide by being made on both sides. A bracketed key in a comment,
// such as [W90236], names the page of the platform's documents that a rule comes from: W is
// developer.work.weixin.qq.com/document/path/N, O is developers.weixin.qq.com/doc.
//
// It is for trials on one machine. It asks nobody who they are and must not be reachable from a network.
package simulator
