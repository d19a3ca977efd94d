package storage

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union/notice"
)

// Outbox keeps what is said outside a passive reply until it is delivered: the row is the queue. A row belongs to a
// lane - one member, or one address - and the rows of a lane go out in the order in which they were written: those that are not urgent
// among themselves, for nothing urgent waits for them.
type Outbox struct {
	db    *DB
	now   func() time.Time
	onPut func()
	// doubles is how long the platform of a channel finds doubles.
	doubles map[bot.ChannelID]time.Duration
}

// NewOutbox makes the outbox of db. Its times are the machine's, never shifted: they are leases and retries.
func NewOutbox(db *DB) *Outbox {
	return &Outbox{db: db, now: time.Now, onPut: func() {}, doubles: map[bot.ChannelID]time.Duration{}}
}

// UseClock gives the outbox another clock than the machine's, before it is used.
func (o *Outbox) UseClock(now func() time.Time) { o.now = now }

// OnPut has fn called whenever rows were written, so that delivery need not wait for its next look. The transaction
// that wrote them may commit a little later. fn must not block; it is set before the outbox is used.
func (o *Outbox) OnPut(fn func()) { o.onPut = fn }

// outboxRow is a row as it is written.
type outboxRow struct {
	key     string
	kind    string
	policy  notice.Policy
	lane    string
	member  int64
	caseID  int64
	part    int
	channel bot.ChannelID
	user    bot.UserID
	body    bot.Outgoing
	due     time.Time
	coarse  bool
	unnamed bool
}

// messageBytes is the longest text that both platforms take in one message.
const messageBytes = 2048

// Put writes notices in the transaction of ctx. A notice whose key exists is passed over. One whose text is too long
// for one message becomes several rows, in order.
func (o *Outbox) Put(ctx context.Context, notices ...notice.Notice) error {
	part := 0
	for _, n := range notices {
		if err := o.drop(ctx, n.Instead); err != nil {
			return err
		}
		if n.Body == (notice.Body{}) { // it only takes others back
			continue
		}
		for i, body := range bodies(n.Body) {
			row := outboxRow{
				key:     n.Key,
				kind:    n.Kind,
				policy:  n.Policy,
				lane:    memberLane(int64(n.To)),
				member:  int64(n.To),
				caseID:  n.Case,
				part:    part,
				channel: bot.ChannelID(n.At.Channel),
				user:    bot.UserID(n.At.User),
				body:    body,
				due:     n.NotBefore,
				coarse:  n.Coarse,
			}
			if n.Unnamed {
				row.lane, row.unnamed = "u/"+n.Key, true
			}
			if n.Coarse && n.Kind == notice.KindCardUpdate {
				row.part += afterCards
			}
			if i > 0 {
				row.key += "#" + strconv.Itoa(i)
			}
			if err := o.insert(ctx, row); err != nil {
				return fmt.Errorf("put notice: %w", err)
			}
			part++
		}
	}
	return nil
}

// drop takes back what waits with keys that begin so, and is in nobody's hand. It is looked for first: a range that is deleted waits for
// whatever others write beside it.
func (o *Outbox) drop(ctx context.Context, prefix string) error {
	if prefix == "" {
		return nil
	}
	waiting, err := queryAll(ctx, o.db, "find notices to take back", scanCaseID, `SELECT id FROM outbox WHERE row_key LIKE ? ESCAPE '!' AND `+inNoHand, escapeLike.Replace(prefix)+"%")
	if err != nil || len(waiting) == 0 {
		return err
	}
	_, err = execute(ctx, o.db, "take back notices", `DELETE FROM outbox WHERE id IN ? AND `+inNoHand, waiting)
	return err
}

// bodies is the notice as messages: a card or a file is one, whatever its words. What a text asks has a card behind it,
// which is left out where the text has lines to tap.
func bodies(b notice.Body) []bot.Outgoing {
	switch {
	case b.Card != nil:
		return []bot.Outgoing{outgoing(b)}
	case b.File != nil:
		return []bot.Outgoing{{Text: b.Text, File: (*bot.File)(b.File)}}
	}
	var parts []bot.Outgoing
	most := messageBytes
	if b.Ask != nil {
		most -= linesBytes
	}
	for _, text := range bot.Split(bot.Plain(b.Text), most) {
		parts = append(parts, bot.Outgoing{Text: text, Line: b.Line})
	}
	if b.Ask == nil || len(parts) == 0 {
		return parts
	}
	card := &bot.Card{Title: b.Ask.Title, TaskID: b.Ask.TaskID}
	last := &parts[len(parts)-1]
	for _, c := range b.Ask.Choices {
		last.Choices = append(last.Choices, bot.Choice(c))
		card.Buttons = append(card.Buttons, bot.CardButton{Text: c.Label, Key: bot.SayKey(c.Say)})
	}
	return append(parts, bot.Outgoing{Card: card})
}

// linesBytes is left free for the lines below a text: up to six that can be tapped, each with what it says.
const linesBytes = 1000

// PutOutgoing writes what is said to one address - a late reply, or the further parts of a long one - in the
// transaction of ctx, to go out in this order. The rows' keys are key and the index; one that exists is passed over.
func (o *Outbox) PutOutgoing(ctx context.Context, to bot.Address, key string, out []bot.Outgoing) error {
	for i, said := range out {
		err := o.insert(ctx, outboxRow{
			key:     key + "#" + strconv.Itoa(i),
			kind:    bot.ReplyParcel,
			policy:  notice.Resend,
			lane:    addressLane(to),
			part:    i,
			channel: to.Channel,
			user:    to.User,
			body:    said,
		})
		if err != nil {
			return fmt.Errorf("put reply: %w", err)
		}
	}
	return nil
}

// afterCards puts the update of a card behind the card also where both were written down by the same hour.
const afterCards = 1000

// letter is the body of a row as it is stored: what is said and, where the row must not name the recipient, to whom.
type letter struct {
	bot.Outgoing
	Member int64 `json:"to_member,omitempty"`
}

const insertOutbox = `INSERT INTO outbox
	(id, row_key, kind, policy, lane, member_id, case_id, task_id, part, body, state, attempts, due_ms, channel, to_user, created_ms, unhurried)
	VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'pending', 0, ?, ?, ?, ?, ?)`

func (o *Outbox) insert(ctx context.Context, r outboxRow) error {
	l := letter{Outgoing: r.body}
	if r.unnamed {
		l.Member, r.member = r.member, 0
	}
	body, err := json.Marshal(l)
	if err != nil {
		return fmt.Errorf("encode body: %w", err)
	}
	id := o.db.NewID()
	if r.coarse {
		id = randomID()
	}
	sealed, err := o.db.seal(outboxBody, id, body)
	if err != nil {
		return err
	}
	now := o.now()
	if r.coarse {
		now = now.Truncate(time.Hour)
		if next := now.Add(time.Hour); r.due.Before(next) {
			r.due = next
		}
	}
	if r.due.Before(now) {
		r.due = now
	}
	var task string
	if r.body.Card != nil {
		task = r.body.Card.TaskID
	}
	err = post(ctx, o.db, "put row", insertOutbox+o.db.passOver("row_key"), id, outboxKey(r.key), r.kind, string(r.policy), r.lane,
		orNull(r.member), orNull(r.caseID), orNull(task), r.part, sealed, r.due.UnixMilli(), orNull(string(r.channel)),
		orNull(string(r.user)), now.UnixMilli(), oneIf(notice.Unhurried(r.kind)))
	if err == nil {
		o.onPut()
	}
	return err
}

// outgoing is a card as delivery knows it: it carries its words as well, for channels without cards.
func outgoing(b notice.Body) bot.Outgoing {
	card := &bot.Card{
		Source:   b.Card.Source,
		Title:    b.Card.Title,
		Detail:   b.Card.Detail,
		TaskID:   b.Card.TaskID,
		Settled:  b.Card.Settled,
		Fallback: b.Text,
	}
	for _, r := range b.Card.Rows {
		card.Rows = append(card.Rows, bot.CardRow(r))
	}
	for _, k := range b.Card.Buttons {
		card.Buttons = append(card.Buttons, bot.CardButton(k))
	}
	for _, k := range b.Card.Menu {
		card.Menu = append(card.Menu, bot.CardButton(k))
	}
	card.Pick = (*bot.CardPick)(b.Card.Pick)
	return bot.Outgoing{Card: card}
}

func memberLane(member int64) string { return "m/" + strconv.FormatInt(member, 10) }

func addressLane(to bot.Address) string {
	return outboxKeyOf("a/"+string(to.Channel)+"/"+string(to.User), 160)
}

func outboxKey(key string) string { return outboxKeyOf(key, 190) }

// outboxKeyOf keeps a key readable where it fits its column, and takes its hash where it does not.
func outboxKeyOf(key string, limit int) string {
	fits := len(key) <= limit
	for i := 0; fits && i < len(key); i++ {
		fits = key[i] < 0x80
	}
	if fits {
		return key
	}
	sum := sha256.Sum256([]byte(key))
	return "sha256:" + hex.EncodeToString(sum[:])
}

// orNull turns the zero value into NULL.
func orNull[T comparable](v T) any {
	var zero T
	if v == zero {
		return nil
	}
	return v
}
