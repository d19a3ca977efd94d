package broadcast

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/unionbot/unionbot/union"
)

// Business is what a notice of an Official Account may tell of that goes out while a follower's window is shut: something that
// the follower takes part in, has to come to, or has asked for. OFFICIAL_ACCOUNT_TEMPLATES has a template for each.
type Business string

// The kinds of business.
const (
	// Wait: it is none, and is said with the follower's next word.
	Wait    Business = ""
	Meeting Business = "meeting"
	SignUp  Business = "activity"
	Outcome Business = "result"
)

// Businesses are all kinds of business.
var Businesses = []Business{Meeting, SignUp, Outcome}

// cheer is what no notice may say: the platform takes the interface away from accounts that send wishes or campaigns by it. 祝 begins
// a wish to whomever, so that it may stand only where titled says.
var cheer = regexp.MustCompile(`祝[^,，。!！?？;；、\s]{0,3}|快乐|愉快|佳节|恭喜|恭贺|拜年|问候|安康|如意|吉祥|(?:节日|新年|过年)好|节日的(?:慰问|敬意|心意)|致以|优惠|特价|折扣|促销|抽奖|领券|拼团|秒杀|` +
	`(?i:happy|congratulat|best wishes|discount)`)

// titled is what sounds like a wish and is the name of something: 庆祝五一表彰大会, 安康医院. It ends where a sentence does, or a wish begins.
var titled = regexp.MustCompile(`庆祝[^,，。!！?？;；、祝\s]{0,24}?(?:会|活动|仪式|比赛|演出|展览)|祝贺(?:信|仪式|大会)|慰问品|(?:安康|如意|吉祥)(?:医院|学校|市|县|区|镇|村|路|街|巷|湖|里|苑|园|大厦|酒店)`)

// Cheer finds what of a text is a wish or a campaign, whatever stands for the receiver in it; "" where nothing is.
func Cheer(text string) string {
	for _, v := range variables {
		text = strings.ReplaceAll(text, v, "")
	}
	return cheer.FindString(titled.ReplaceAllString(text, "□"))
}

// Business are the kinds of business for which there is a notice.
func (d *Desk) Business() []Business { return d.Notices }

// checkBusiness says whether a broadcast may go by a notice of its kind.
func (d *Desk) checkBusiness(b Broadcast) error {
	switch {
	case b.Notice == Wait:
		return nil
	case !slices.Contains(d.Notices, b.Notice):
		return ErrNoNotice
	case Cheer(b.Text) != "":
		return ErrCheer
	}
	return nil
}

// Windows know who may be written to now of those who have to speak first.
type Windows interface {
	Open(ctx context.Context, who union.Identity) (bool, error)
}

// Ways is by which way an audience is reached as things stand: it is planned anew when it goes out.
type Ways struct {
	// Directory has it at once on the platform that knows members by itself; Open within the window that their last word has
	// opened, Shut with a notice or their next word; Nowhere not at all, so that somebody rings them up.
	Directory, Open, Shut, Nowhere int
	// About is true where Open and Shut are judged by some of them.
	About bool
}

// Plain says that nobody has to be told of ways: all have it at once.
func (w Ways) Plain() bool { return w.Open+w.Shut+w.Nowhere == 0 }

// lookedAt is how many windows are looked at while the writer waits.
const lookedAt = 300

// WaysTo says by which ways an audience is reached. By family facts nobody is told that, for it would tell of few.
func (d *Desk) WaysTo(ctx context.Context, writer union.MemberID, a Audience) (w Ways, err error) {
	if err := d.mayWrite(ctx, writer, Broadcast{Details: Details{Audience: a}}); err != nil || a.ByFamily() {
		return w, err
	}
	today := d.Now().In(d.Zone)
	if a, err = d.working(a, today); err != nil {
		return w, err
	}
	lanes, err := d.Store.Lanes(ctx, a, today)
	if err != nil {
		return w, fmt.Errorf("count ways: %w", err)
	}
	w.Directory, w.Nowhere = lanes[Directory], lanes[Nowhere]
	if lanes[Bound] == 0 {
		return w, nil
	}
	w.Open, w.About, err = d.open(ctx, a, today, lanes[Bound])
	w.Shut = lanes[Bound] - w.Open
	return w, err
}

// open says how many of those who have to speak first may be written to now.
func (d *Desk) open(ctx context.Context, a Audience, today time.Time, bound int) (n int, about bool, err error) {
	some, err := d.Store.BoundOf(ctx, a, today, lookedAt)
	if err != nil || len(some) == 0 {
		return 0, false, err
	}
	for _, who := range some {
		ok, err := d.Windows.Open(ctx, who)
		if err != nil {
			return 0, false, fmt.Errorf("look at windows: %w", err)
		}
		if ok {
			n++
		}
	}
	if len(some) >= bound {
		return n, false, nil
	}
	return n * bound / len(some), true, nil
}
