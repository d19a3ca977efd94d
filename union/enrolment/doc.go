// Package enrolment is how members sign up for what the union holds: labour competitions (劳动竞赛), skill contests
// (技能比武) and campaigns (送温暖, 送清凉, 金秋助学, 疗休养). An Activity says what, when, for whom and for how many; an Entry is
// one member's or team's place in it, or on its waiting list.
//
// Places are counted by one conditional UPDATE, so that two replicas never give the last one twice. Every change to the
// entries of an activity begins with its row (ActivityStore.Lock), which puts them into an order; no other activity and
// no case waits for that. A freed place is offered to the first who waits, in the same transaction.
//
// It speaks no sentence: words come from the Words that flows hand in. It holds no scores and no standings.
package enrolment
