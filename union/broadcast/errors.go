package broadcast

import "errors"

// What the desk answers when it does not do something.
var (
	// ErrNobody: the audience is empty.
	ErrNobody = errors.New("the audience is empty")
	// ErrCrowd: more work in a shift than a list may have.
	ErrCrowd = errors.New("more than 5000 work in these shifts; name fewer organisations, or leave the shift out")
	// ErrJoiners: the last day for who comes later is over, or too far away, or it is urgent.
	ErrJoiners = errors.New("who comes later has it up to a day within 180 days, and nothing urgent")
	// ErrLarge: no platform sends so large a file.
	ErrLarge = errors.New("a picture has at most 10 MB, another file 20 MB")
	// ErrOwn: nobody releases what they wrote.
	ErrOwn = errors.New("the writer may not release it")
	// ErrNotNow: the broadcast is in a state in which this cannot be done.
	ErrNotNow = errors.New("not in this state")
	// ErrUrgent: the writer may not declare anything urgent.
	ErrUrgent = errors.New("only who is on duty, or chairs, may write an urgent broadcast")
	// ErrOutside: the audience is not the writer's.
	ErrOutside = errors.New("the audience is outside of what the writer is responsible for")
	// ErrMany: there are more than are made ready while somebody waits.
	ErrMany = errors.New("too many for a sheet in chat")
	// ErrFew: an audience by family facts that is so small that it tells who is meant, or that names who is meant.
	ErrFew = errors.New("too few for an audience by family facts")
	// ErrFamily: nobody of an audience by family facts is listed.
	ErrFamily = errors.New("the audience is by family facts, of whom no list is shown")
	// ErrFetching: a file that was sent is still at the platform. ErrLost: it is not to be had there any more.
	ErrFetching = errors.New("the file is being fetched")
	ErrLost     = errors.New("the file could not be fetched")
	// ErrOnce: it is not said again. ErrWriter: its writer is not responsible any more for whom it is said to.
	ErrOnce   = errors.New("it is said once")
	ErrWriter = errors.New("its writer is not responsible for the audience any more")
	// ErrCheer: a notice would carry a wish or a campaign. ErrNoNotice: there is no notice of that kind.
	ErrCheer    = errors.New("a notice carries no wish and no campaign")
	ErrNoNotice = errors.New("OFFICIAL_ACCOUNT_TEMPLATES has no template for this kind of business")
	// ErrText: the text is empty, too long, or has a variable that does not exist.
	ErrText = errors.New("the text cannot be sent")
)
