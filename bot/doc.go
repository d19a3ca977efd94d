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
//
// # How to write a flow
//
// A flow is one file: the type of its memory, the use cases it needs as an interface, and a Spec that reads as a table.
//
//	type leaveData struct{ From string }
//
//	func (l leave) flow() bot.Flow {
//		return bot.Define(bot.Spec[leaveData]{
//			Name: "leave", Rev: 1, Title: "请假", Expires: 30 * time.Minute,
//			Starts: []bot.Trigger{bot.OnPhrase("请假")},
//			Steps: []bot.Step[leaveData]{
//				{Name: "from", Ask: bot.Reply{Text: "从哪天起?"}, To: []bot.StepName{"sure"}, Handle: l.takeFrom},
//				{Name: "sure", AskFunc: l.askSure, Handle: l.takeSure},
//			},
//		})
//	}
//
// A handler reads t.Message, changes t.Data, says things with t.Say and returns where to go: Goto another question,
// Repeat this one, Miss if the message was no answer to it, Hand over to another flow, or End. It keeps nothing outside
// t.Data, which is JSON between two messages: the handler runs again from the same session after a deadlock, and on any
// replica. What has to happen after the commit goes into t.After. A misunderstanding is a reply, an error is a fault.
//
// The name of the flow is the stem of its file and of its transcript (see package bottest). It and the names of the
// steps are stored in sessions; when they or the data change so that an old session cannot be read, count Rev up.
package bot
