package flows

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union/service"
)

// saidHeld says what waits for the sentence to which it belongs, and for how long.
func saidHeld(loose []bot.Loose) string {
	return fmt.Sprintf("收到%s,先留 %d 分钟。", countLoose(loose), int(bot.LooseKept.Minutes()))
}

// countLoose names what was sent: 2 张照片、位置.
func countLoose(loose []bot.Loose) string {
	var parts []string
	counted := 0
	for _, of := range []struct {
		kind  bot.Kind
		words string
	}{{bot.KindImage, "%d 张照片"}, {bot.KindVideo, "%d 段视频"}, {bot.KindVoice, "%d 段语音"}} {
		if n := countKind(loose, of.kind); n > 0 {
			parts = append(parts, fmt.Sprintf(of.words, n))
			counted += n
		}
	}
	if counted == 0 {
		return "位置"
	}
	if counted < len(loose) {
		parts = append(parts, "位置")
	}
	return " " + strings.Join(parts, "、")
}

func countKind(loose []bot.Loose, kind bot.Kind) (n int) {
	for _, one := range loose {
		if one.Kind == kind {
			n++
		}
	}
	return n
}

// aPlace says whether what was sent is where something is.
func aPlace(one bot.Loose) bool { return one.Media == nil }

// takeLoose takes into a form what was sent before the sentence that began it - pictures, as many as it takes, and the last
// place - and says what became of it.
func (f *form) takeLoose(ctx context.Context, t *formTurn, s *service.Service) error {
	loose := t.Loose
	if len(loose) == 0 {
		return nil
	}
	t.Loose = nil
	if s.Sealed {
		t.Lead("密件不带照片、语音和位置,刚才发的没有带上。\n")
		return nil
	}
	var took, left []bot.Loose
	for i, one := range loose {
		var ok bool
		var err error
		switch {
		case one.Kind == bot.KindVoice:
			ok, err = f.looseVoice(ctx, t, s, one)
		case !aPlace(one):
			ok, err = f.looseMedia(ctx, t, s, one)
		case slices.ContainsFunc(loose[i+1:], aPlace):
			continue // a later place is the one that is meant
		case f.placed(t, s) && (t.Data.Draft.UpdatedAt.IsZero() || !one.At.After(t.Data.Draft.UpdatedAt)):
			continue // what was said since is meant
		default:
			ok = f.loosePlace(t, s, one)
		}
		switch {
		case err != nil:
			return err
		case ok:
			took = append(took, one)
		default:
			left = append(left, one)
		}
	}
	if len(took) > 0 {
		t.Lead("刚才发的" + countLoose(took) + "已带上。\n")
	}
	if len(left) > 0 {
		t.Lead("刚才发的" + countLoose(left) + "这里用不上,没有带上。\n")
	}
	return nil
}

func (f *form) looseMedia(ctx context.Context, t *formTurn, s *service.Service, one bot.Loose) (took bool, err error) {
	d := &t.Data.Draft
	i := slices.IndexFunc(s.Form, func(g service.Field) bool { return g.Kind.Sent() })
	if i < 0 || s.Form[i].Max > 0 && len(d.Pictures) >= s.Form[i].Max {
		return false, nil
	}
	page := sheet(s.Form[i], *d)
	if one.Kind == bot.KindVideo {
		page = 0
	}
	id, err := f.attachMedia(ctx, t, one.Media.ID, pictureKind(one.Kind), page)
	if err != nil {
		return false, err
	}
	if !slices.Contains(d.Pictures, id) {
		d.Pictures = append(d.Pictures, id)
	}
	delete(d.Values, s.Form[i].Name)
	return true, nil
}

// looseVoice makes the sound an answer, or part of the answer, to what the form begins with.
func (f *form) looseVoice(ctx context.Context, t *formTurn, s *service.Service, one bot.Loose) (took bool, err error) {
	field, ok := s.SentenceField()
	v := t.Data.Draft.Values[field.Name]
	if _, spoken := v.Sound(); !ok || spoken || field.Kind != service.KindText {
		return false, nil
	}
	if v.Voice, err = f.attachMedia(ctx, t, one.Media.ID, "voice", 0); err != nil {
		return false, err
	}
	if v.Text == "" {
		v.Text = spokenOnly
	}
	f.set(t, s, field, v)
	return true, nil
}

// placeField is the question that a place which was sent answers.
func placeField(t *formTurn, s *service.Service) (service.Field, bool) {
	all := slices.Concat(t.Data.Draft.Shown(s), s.Offered())
	i := slices.IndexFunc(all, func(g *service.Field) bool { return g.Kind == service.KindPlace })
	if i < 0 {
		return service.Field{}, false
	}
	return *all[i], true
}

// placed says whether the form has its place already.
func (f *form) placed(t *formTurn, s *service.Service) bool {
	field, ok := placeField(t, s)
	_, answered := t.Data.Draft.Values[field.Name]
	return ok && answered
}

func (f *form) loosePlace(t *formTurn, s *service.Service, one bot.Loose) bool {
	field, ok := placeField(t, s)
	sp, read := looseSpot(one)
	if !ok || !read {
		return false
	}
	v, ok := f.spotValue(s, field, sp)
	if ok {
		if before := f.setPlace(t, s, field, v); before != "" {
			t.Lead(field.Label.In(f.language) + "换成 " + v.Text + before + "。\n")
		}
	}
	return ok
}

func looseSpot(one bot.Loose) (spot, bool) {
	key, ok := spotKey(bot.Message{Kind: one.Kind, Key: one.Key, Location: one.Location})
	sp, read := readSpot(key)
	return sp, ok && read
}
