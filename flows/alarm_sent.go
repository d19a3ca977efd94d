package flows

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/reference"
	"github.com/unionbot/unionbot/union/service"
)

// saysSent says what was sent and belongs to no case yet: 地点 三号行车,照片 2 张.
func (d *alarmData) saysSent() string {
	var parts []string
	if d.Spot != "" {
		parts = append(parts, "地点 "+d.Spot)
	}
	if n := len(d.Pictures) - d.Videos; n > 0 {
		parts = append(parts, fmt.Sprintf("照片 %d 张", n))
	}
	if d.Videos > 0 {
		parts = append(parts, fmt.Sprintf("视频 %d 段", d.Videos))
	}
	if d.Voice != 0 {
		parts = append(parts, "语音")
	}
	return strings.Join(parts, ",")
}

// lost says of what was sent and went nowhere that it did.
func (d *alarmData) lost() string {
	sent := d.saysSent()
	if sent == "" {
		return ""
	}
	return "您发的没有带上,要用请再发一次:" + sent + "。"
}

// where is where it is. What was sent is surer than what the sentence says, and mostly says it as well.
func (d *alarmData) where() string {
	if reference.PlaceWithin(placeKey(d.Place), reference.PlaceText(bot.Simplified(d.Spot))) {
		return d.Spot
	}
	return strings.TrimSpace(d.Place + " " + d.Spot)
}

// takeLoose takes what was sent before the sentence: every picture, and the last place. Until the alarm stands they stay loose as well.
func (a *alarm) takeLoose(ctx context.Context, t *alarmTurn, s *service.Service, member union.MemberID) error {
	for _, one := range t.Loose {
		if one.Media != nil {
			if err := a.attachLoose(ctx, t, member, one); err != nil {
				return err
			}
		} else if sp, ok := looseSpot(one); ok {
			if text := a.spotText(s, sp); text != "" {
				t.Data.Spot = text
			}
		}
	}
	return nil
}

// attachLoose keeps a picture, or the sound that goes with the sentence: the first.
func (a *alarm) attachLoose(ctx context.Context, t *alarmTurn, owner union.MemberID, one bot.Loose) (err error) {
	switch {
	case one.Kind != bot.KindVoice:
		return a.attachPicture(ctx, t, owner, one.Kind, one.Media)
	case t.Data.Voice != 0:
		return nil
	}
	t.Data.Voice, err = a.attach.Attach(ctx, cases.Attachment{
		Owner: owner, Channel: string(t.Message.Channel), MediaID: one.Media.ID, Kind: "voice", CreatedAt: t.Now,
	})
	if err != nil {
		return fmt.Errorf("keep voice: %w", err)
	}
	return nil
}

func (a *alarm) attachPicture(ctx context.Context, t *alarmTurn, owner union.MemberID, kind bot.Kind, media *bot.Media) error {
	id, err := a.attach.Attach(ctx, cases.Attachment{
		Owner: owner, Channel: string(t.Message.Channel), MediaID: media.ID, Kind: pictureKind(kind), CreatedAt: t.Now,
	})
	if err != nil {
		return fmt.Errorf("keep picture: %w", err)
	}
	if !slices.Contains(t.Data.Pictures, id) {
		t.Data.Pictures = append(t.Data.Pictures, id)
		if kind == bot.KindVideo {
			t.Data.Videos++
		}
	}
	return nil
}

// spotText is a place in words. Whoever goes has to find it: a code that only another service knows is a place as well.
func (a *alarm) spotText(s *service.Service, sp spot) string {
	for _, s := range append([]*service.Service{s}, a.services.All()...) {
		if field, takes := spotField(s); takes {
			if v, ok := a.table.spot(s, field, sp); ok {
				return v.Text
			}
		}
	}
	return ""
}

// takeSent passes on a place that is sent or scanned, and keeps a picture with the case. While it is asked whose case that is,
// they wait for the answer; the place is told at once all the same.
func (a *alarm) takeSent(ctx context.Context, t *alarmTurn) (bot.Next, error) {
	if key, ok := spotKey(t.Message); ok {
		s, err := a.caseWords.services.ByHash(ctx, t.Data.Hash)
		if err != nil {
			return bot.Next{}, fmt.Errorf("find service: %w", err)
		}
		sp, _ := readSpot(key)
		if place := a.spotText(s, sp); place != "" {
			return a.tellPlace(ctx, t, place, true)
		}
	}
	switch {
	case t.Message.Kind == bot.KindScan:
		t.Say("这个码还没有登记是哪里,请说地名。")
	case pictured(t.Message):
		return a.takePicture(ctx, t)
	default:
		t.Say(saidNoPictures)
	}
	return bot.Stay(), nil
}

func (a *alarm) takePicture(ctx context.Context, t *alarmTurn) (bot.Next, error) {
	member, err := a.people.acting(ctx, t.Talk)
	if err != nil {
		return bot.Next{}, err
	}
	if err := a.attachPicture(ctx, t, member, t.Message.Kind, t.Message.Media); err != nil {
		return bot.Next{}, err
	}
	noun := "照片"
	if t.Message.Kind == bot.KindVideo {
		noun = "视频"
	}
	if t.Step == "same" {
		t.Lead("收到" + noun + ",您说是哪一件就放到哪一件里。")
		return bot.Repeat(), nil
	}
	if over, err := a.addSent(ctx, t, cases.AlarmAddition{Text: t.Data.saysSent(), Pictures: t.Data.Pictures}); over || err != nil {
		return bot.End(), err
	}
	t.Data.Pictures, t.Data.Videos = nil, 0
	t.Say(noun + "已放进 " + t.Data.Number + "。再拍等安全了再说;防爆区、涉密区不要拍。")
	return bot.Stay(), nil
}

// tellPlace tells who was rung, or who goes, where it is: what is sure, for it was sent or picked, goes before what was written.
func (a *alarm) tellPlace(ctx context.Context, t *alarmTurn, place string, sure bool) (bot.Next, error) {
	if over, err := a.addSent(ctx, t, cases.AlarmAddition{Text: "地点 " + place, Place: place, Sent: sure}); over || err != nil {
		return bot.End(), err
	}
	said := "好的,地点我正在转给他们。"
	if t.Data.Untold {
		said = "收到地点,您说是哪一件就转给哪一件的人。"
	}
	switch t.Step {
	case "same":
		t.Data.Spot = place
		t.Lead(said)
		return bot.Repeat(), nil
	case "where", "which":
		t.Data.Placed = true
		t.Lead(said)
		return a.over(t), nil
	}
	t.Data.Placed = true
	t.Say(said)
	return bot.Stay(), nil
}
