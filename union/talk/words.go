package talk

import "github.com/unionbot/unionbot/union/notice"

// Words puts what goes out into words.
type Words interface {
	// TalkGiven tells an officer of a talk that is theirs now, with what was said before.
	TalkGiven(v View, before []Line, why Why) notice.Body
	// TalkHeard passes on what the member says, TalkAnswered what the officer says.
	TalkHeard(v View, l Line) notice.Body
	TalkAnswered(v View, l Line) notice.Body
	// TalkFile stands in the place of a file that cannot be passed on.
	TalkFile(v View, l Line, toWorker bool) notice.Body
	// TalkCaption goes before a file to the officer.
	TalkCaption(v View, l Line) notice.Body
	// TalkMentioned tells a colleague of a note that names them, with what was said last.
	TalkMentioned(v View, note Line, before []Line) notice.Body
	// TalkMoved tells the member who has it now or that it waits, and why.
	TalkMoved(v View, from string, why Why) notice.Body
	// TalkUnanswered tells the member that nobody else can be asked, TalkOverdue the officer that the member waits.
	TalkUnanswered(v View) notice.Body
	TalkOverdue(v View) notice.Body
	// TalkDelayed tells either side that the service was away when an answer was due, and by when it is now.
	TalkDelayed(v View, toWorker bool) notice.Body
	// TalkGone tells an officer that a talk under this number is somebody else's now, or waits.
	TalkGone(v View, number int, why Why) notice.Body
	// TalkEnded tells the member that it has ended, TalkLeft the officer.
	TalkEnded(v View, how Kind) notice.Body
	// TalkRated shows on the card that asked that the member has answered.
	TalkRated(v View) notice.Body
	TalkLeft(v View, number int, how Kind) notice.Body
	// TalkProposed asks the member whether to make a case of what was said.
	TalkProposed(v View, l Line) notice.Body
	// TalkBegun tells the officer that the member has begun the form.
	TalkBegun(v View, l Line) notice.Body
}
