package bot

import (
	"strconv"
	"strings"
	"time"
)

// Batch is a claimed part of a broadcast: recipients who are written to in one go.
type Batch struct {
	ID int64
	// Broadcast is what it is a part of, Number how people call that.
	Broadcast int64
	Number    string
	// Lease names the claim; the batch can be begun and settled only while it is held.
	Lease string
	// Same is true where all read the same text, so that one call may reach many.
	Same bool
	// Urgent ones may use what of a day's room is kept from the others.
	Urgent bool
	// Cheers is true of what is kept from units that fall silent while it goes out.
	Cheers bool
	// Room is how many persons may be written to today; -1 is any number.
	Room int
	// File goes behind the words, in a message of its own, or with Alone in their place where the platform takes it; nil where there is none.
	File  *File
	Alone bool
	// Notice is the kind of business by a notice of which those are told whom a channel lets nobody write to; "" tells them nothing.
	Notice string
	// Speed is the broadcast's share of the allowed rate in per cent.
	Speed    int
	Attempts int
	// To are those who have not been written to. Who has no address is not to be reached.
	To []Recipient
	// Unmade is how many persons were not written to after all, of those whose calls were begun.
	Unmade int
	// Doubtful are calls that were begun and of which nobody knows what came.
	Doubtful []BatchCall
	// Silent are those of doubtful calls who fell silent since: no call for them is made again.
	Silent []int64
}

// Recipient is one of those to whom a broadcast goes.
type Recipient struct {
	Member int64
	At     Address
	Text   string
	// Line is what a notice shows of it.
	Line string
}

// BatchCall is the exact call that was, or is to be, made for recipients of a batch.
type BatchCall struct {
	Channel ChannelID `json:"channel"`
	Members []int64   `json:"members"`
	Users   []UserID  `json:"users"`
	Call    []byte    `json:"call"`
	// Notice is true of a call that only says that something waits.
	Notice bool `json:"notice,omitempty"`
	// Behind is true of a call that sends the file to people who have the words.
	Behind bool `json:"behind,omitempty"`
	// Counted is true of a call that was begun before, and is written down beside others: its persons were counted then.
	Counted bool `json:"-"`
	// Begun is when it was made first.
	Begun time.Time `json:"begun"`
}

// Tries is how many messages were begun for somebody within the last minute and the last hour.
type Tries struct{ InMinute, InHour int }

// Receipt is what became of a broadcast for one recipient; without a State they wait, and Cause is why.
type Receipt struct {
	State ParcelState
	Cause string
	// Notice is the platform's id of the notice that has told of it, by which it says what became of that.
	Notice string
}

// WithoutFile begins the cause of a receipt whose words arrived, and whose file did not.
const WithoutFile = "file: "

// castKey begins the keys of what broadcasts park.
const castKey = "cast/"

// CastKey is the key under which a broadcast is parked for a member.
func CastKey(number string, member int64) string {
	return castKey + number + "/" + strconv.FormatInt(member, 10)
}

// ParseCastKey reads what CastKey wrote; ok is false for anything else that is parked.
func ParseCastKey(key string) (number string, member int64, ok bool) {
	rest, ours := strings.CutPrefix(key, castKey)
	number, id, cut := strings.Cut(rest, "/")
	member, err := strconv.ParseInt(id, 10, 64)
	return number, member, ours && cut && err == nil
}
