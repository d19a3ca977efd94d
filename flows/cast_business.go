package flows

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/broadcast"
)

// castBusinesses are how the kinds of business are called.
var castBusinesses = map[broadcast.Business]string{broadcast.Meeting: "会议通知", broadcast.SignUp: "活动报名通知", broadcast.Outcome: "办理结果"}

// castWaysDesk says by which ways an audience is reached.
type castWaysDesk interface {
	WaysTo(ctx context.Context, writer union.MemberID, a broadcast.Audience) (broadcast.Ways, error)
	// Business are the kinds of business that an Official Account has notices for.
	Business() []broadcast.Business
}

// ways says how an audience is reached now; "" where all have it at once.
func (castWords) ways(w broadcast.Ways) string {
	if w.Plain() {
		return ""
	}
	var parts, official []string
	about := ""
	if w.About {
		about = "约 "
	}
	if w.Directory > 0 {
		parts = append(parts, fmt.Sprintf("企业微信 %d 人", w.Directory))
	}
	if w.Open > 0 {
		official = append(official, fmt.Sprintf("%s%d 人现在能收到", about, w.Open))
	}
	if w.Shut > 0 {
		official = append(official, fmt.Sprintf("%s%d 人要等本人下次说话", about, w.Shut))
	}
	if len(official) > 0 {
		parts = append(parts, "公众号 "+strings.Join(official, "、"))
	}
	if w.Nowhere > 0 {
		parts = append(parts, fmt.Sprintf("%d 人没有账号,要打电话(发完把名单给分会)", w.Nowhere))
	}
	return "其中" + strings.Join(parts, ";") + "。"
}

// business says what those are told whom the Official Account lets nobody write to.
func (castWords) business(b broadcast.Business) string {
	if b == broadcast.Wait {
		return "等本人下次说话"
	}
	return "先发\"" + castBusinesses[b] + "\"提醒,本人回话看全文"
}

// asksBusiness says whether it matters which business a broadcast is.
func (f *cast) asksBusiness(t *castTurn) bool {
	return t.Data.Official > 0 && len(f.desk.Business()) > 0
}

func (f *cast) businesses() []bot.Choice {
	choices := []bot.Choice{{Label: "都不是,等本人下次说话"}}
	for _, b := range f.desk.Business() {
		choices = append(choices, bot.Choice{Label: castBusinesses[b]})
	}
	return choices
}

func (f *cast) askBusiness(_ context.Context, t *castTurn) (bot.Reply, error) {
	return bot.Reply{
		Text:    fmt.Sprintf("有 %d 人只用公众号,48 小时没说过话的发不过去。这条是不是下面的公事?是的话先给他们发一条提醒,本人回话就看到全文。", t.Data.Official),
		Choices: f.businesses(),
	}, nil
}

func (f *cast) takeBusiness(_ context.Context, t *castTurn) (bot.Next, error) {
	choices := f.businesses()
	i, ok := bot.Choose(t.Text(), choices)
	if !ok || !t.IsText() {
		return bot.Miss(), nil
	}
	t.Data.Notice = broadcast.Wait
	if i > 0 {
		if cheer := broadcast.Cheer(t.Data.Text); cheer != "" {
			t.Lead(saidCheer(cheer) + "\n")
			return bot.Repeat(), nil
		}
		t.Data.Notice = f.desk.Business()[i-1]
	}
	return bot.Goto("sure"), nil
}

func saidCheer(cheer string) string {
	return "正文里有祝福或宣传的话(\"" + cheer + "\"),不能当公事提醒发,平台会收回接口。要发提醒,请先改正文。"
}

// fields are what may be changed before it is handed in.
func (f *cast) fields(t *castTurn) []bot.Choice {
	if !f.asksBusiness(t) {
		return castFields
	}
	return append(slices.Clone(castFields), bot.Choice{Label: "公众号提醒"})
}
