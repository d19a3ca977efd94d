package flows

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union/answer"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/service"
)

// sentWord is what the field counts: 照片, or papers, of which there may be files among pictures; and how they are counted.
func sentWord(field service.Field) (noun, unit string) {
	if field.Kind == service.KindFiles {
		return "材料", "份"
	}
	return "照片", "张"
}

// takeFile keeps a file where the form asks for papers and the platform hands it over; neither WeCom nor the Official
// Account does today.
func (f *form) takeFile(ctx context.Context, t *formTurn, s *service.Service, open service.Field) (bot.Next, error) {
	if t.Message.Media != nil && slices.ContainsFunc(s.Form, func(field service.Field) bool { return field.Kind == service.KindFiles }) {
		return f.takePicture(ctx, t, s, open)
	}
	t.Lead("文件这里收不到(平台不把聊天里的文件转给我们)。请把要紧的几页拍照发来。")
	t.Data.Brief = t.Data.Field == "summary"
	return bot.Repeat(), nil
}

// takePicture keeps a picture and asks the open question again. Where the open question is for pictures, it stays open
// until the person says that these were all.
func (f *form) takePicture(ctx context.Context, t *formTurn, s *service.Service, open service.Field) (bot.Next, error) {
	i := slices.IndexFunc(s.Form, func(field service.Field) bool { return field.Kind.Sent() })
	if i < 0 || t.Message.Media == nil {
		t.Lead("这件事用不上照片,请用文字说。")
		return bot.Repeat(), nil
	}
	field := s.Form[i]
	noun, unit := sentWord(field)
	if field.Max > 0 && len(t.Data.Draft.Pictures) >= field.Max {
		t.Lead(fmt.Sprintf("%s最多 %d %s,这一%[3]s没有收。", noun, field.Max, unit))
		if open.Kind.Sent() {
			t.Say("回\"下一步\"接着填。")
			return bot.Stay(), nil
		}
		t.Data.Brief = t.Data.Field == "summary"
		return bot.Repeat(), nil
	}
	page := sheet(field, t.Data.Draft)
	if t.Message.Kind == bot.KindVideo {
		page = 0 // nobody can say whether a video is legible
	}
	id, err := f.attach(ctx, t, pictureKind(t.Message.Kind), page)
	if err != nil {
		return bot.Next{}, err
	}
	d := &t.Data.Draft
	if !slices.Contains(d.Pictures, id) {
		d.Pictures = append(d.Pictures, id)
	}
	delete(d.Values, field.Name) // it was skipped, or was to come elsewhere
	f.changed(t)
	t.Lead(gotPictures(t.Message.Kind, len(d.Pictures), unit, noun) + f.hintPapers(field, *d))
	if open.Kind.Sent() {
		t.Say("还有就接着发,没有了回\"下一步\"。")
		return bot.Stay(), nil
	}
	t.Data.Brief = t.Data.Field == "summary"
	return bot.Repeat(), nil
}

// enough are the ways to say that no more pictures will come.
var enough = []string{"好了", "没有了", "没了", "就这些", "发完了", "完了", "够了"}

// notAtHand is how people say that they have nothing to photograph yet: 没有单子, 还没拿到, 晚点发.
var notAtHand = regexp.MustCompile(`晚点|晚些|晚一点|待会|等会|等一下|等下|回头|以后|下次|明天|先填|后面再|后补|再补|再说|` +
	`^(我|现在|暂时|目前|都|也|还)*(没有?|不在|找不到|丢了|拿不到)|(手上|手头|身边|身上|手里)(也|还|暂时)?没有?|没带|没拿|没拍|没开|在家里`)

// takeNoPicture takes words where pictures are asked for. Whoever has none yet goes on with what comes after.
func (f *form) takeNoPicture(ctx context.Context, t *formTurn, s *service.Service, field service.Field) (bot.Next, error) {
	none := len(t.Data.Draft.Pictures) == 0
	switch text := strings.TrimSpace(bot.Simplified(t.Text())); {
	case slices.Contains(enough, text) && (!none || field.Optional):
		return f.skip(ctx, t)
	case none && field.Optional && notAtHand.MatchString(text):
		return f.skip(ctx, t)
	}
	if i, ok := bot.Choose(t.Text(), f.choices(field)); ok {
		f.set(t, s, field, cases.Value{Text: f.choices(field)[i].Label, Raw: []byte("0")})
		return f.next(t, s), nil
	}
	told, err := f.fill(ctx, t, s, t.Text())
	if err != nil {
		return bot.Next{}, err
	}
	leadFilled(t, "记下了:", told)
	switch {
	case none && notAtHand.MatchString(t.Text()):
		return f.putOff(t, s, field), nil
	case told != "":
		f.changed(t)
		return bot.Repeat(), nil
	case !none:
		t.Lead("请发照片,没有了回\"下一步\"。")
		return bot.Repeat(), nil
	}
	return f.missed(t, s), nil
}

// putOff goes on with the questions behind the pictures. Where there are none left, the form waits as a draft.
func (f *form) putOff(t *formTurn, s *service.Service, field service.Field) bot.Next {
	if !slices.Contains(t.Data.Later, field.Name) {
		t.Data.Later = append(t.Data.Later, field.Name)
	}
	if f.onlyOpen(t, s, field) {
		f.changed(t)
		t.Say(fmt.Sprintf("别的都填好了,就差照片:%s。这份给您留 %d 天,拍好了回\"继续\"接着发。", field.Label.In(f.language), draftDays))
		return bot.End()
	}
	t.Lead("好,照片先放着,提交前再发。\n")
	return f.next(t, s)
}

// onlyOpen says whether the field is the last one that is still asked for.
func (f *form) onlyOpen(t *formTurn, s *service.Service, field service.Field) bool {
	open := f.allUnanswered(s, t.Data.Draft)
	return len(open) == 1 && open[0].Name == field.Name
}

// hintPictures tells what to say where pictures are obligatory and not at hand.
func (f *form) hintPictures(t *formTurn, s *service.Service, field service.Field) string {
	switch {
	case !field.Kind.Sent() || field.Optional || len(t.Data.Draft.Pictures) > 0:
		return ""
	case f.onlyOpen(t, s, field):
		return "(还没有就回\"晚点\",给您留着)"
	}
	return "(手上没有回\"晚点\",先填后面的)"
}

func (f *form) attach(ctx context.Context, t *formTurn, kind string, sheet int) (cases.ID, error) {
	return f.attachMedia(ctx, t, t.Message.Media.ID, kind, sheet)
}

func (f *form) attachMedia(ctx context.Context, t *formTurn, media, kind string, sheet int) (cases.ID, error) {
	id, err := f.desk.Attach(ctx, cases.Attachment{
		Owner: t.Data.Draft.Owner, Draft: t.Data.Draft.ID, Channel: string(t.Message.Channel),
		MediaID: media, Kind: kind, CreatedAt: t.Now, Sheet: sheet,
	})
	if err != nil {
		return 0, fmt.Errorf("keep %s: %w", kind, err)
	}
	return id, nil
}

// takeSpeech keeps a voice message. What the platform understood of it is an answer only after a yes.
func (f *form) takeSpeech(ctx context.Context, t *formTurn, field service.Field) (bot.Next, error) {
	switch {
	case t.Message.Media == nil || field.Kind.Sent():
		t.Lead("这一步请回复文字或序号。")
		return f.askAgain(t), nil
	case t.Data.Draft.Sealed:
		t.Lead("密件请打字:听声音就知道是谁了。刚才的语音没有留。")
		return f.askAgain(t), nil
	case t.Text() == "" && field.Kind != service.KindText && field.Kind != service.KindPlace:
		t.Lead("这段语音没能转成文字,这一项请打字。")
		return f.askAgain(t), nil
	}
	if field.Kind == service.KindList { // what is understood of each is shown back, and can be changed one by one
		t.Lead("听到的是:“" + cut(t.Text(), shownRunes) + "”。\n")
		return f.takeSpoken(ctx, t, field)
	}
	var meant heard
	var err error
	if t.Text() != "" {
		meant, err = f.hearSpeech(ctx, t, field)
	}
	if err != nil {
		return bot.Next{}, err
	}
	if meant.problem != "" {
		t.Data.Rest = meant.rest
		t.Lead("听到的是:“" + cut(t.Text(), shownRunes) + "”。" + meant.problem)
		return f.askAgain(t), nil
	}
	id, err := f.attach(ctx, t, "voice", 0)
	if err != nil {
		return bot.Next{}, err
	}
	t.Data.Voice, t.Data.Heard, t.Data.Meant = id, t.Text(), meant.value.Text
	if len(meant.either) > 0 { // which of them it is confirms what was heard as well
		t.Data.Either = meant.either
		t.Data.Heard = ""
		f.changed(t)
		return bot.Goto("pick"), nil
	}
	f.changed(t)
	return bot.Goto("voice"), nil
}

// hearSpeech understands what was said aloud. What is no answer has a problem here: nobody is asked to say yes to it.
func (f *form) hearSpeech(ctx context.Context, t *formTurn, field service.Field) (heard, error) {
	if field.Kind == service.KindText {
		return heard{problem: tooLong(field, t.Text())}, nil
	}
	meant, err := f.hear(ctx, t, field, strings.TrimRight(t.Text(), "。.!！"))
	if err == nil && !meant.ok() && len(meant.either) == 0 && meant.problem == "" {
		meant.problem = "这个没对上。"
	}
	return meant, err
}

// spokenOnly is shown for an answer of which there is only the sound.
const spokenOnly = cases.SaidAloud

var (
	heardChoices   = []bot.Choice{{Label: "对"}, {Label: "不对,我重说"}}
	unheardChoices = []bot.Choice{{Label: "就用语音"}, {Label: "改用文字"}}
)

func (f *form) askVoice(_ context.Context, t *formTurn) (bot.Reply, error) {
	if t.Data.Heard == "" {
		return bot.Reply{Text: "语音收到了,但没能转成文字。受理人可以听原声。", Choices: unheardChoices}, nil
	}
	text := "听到的是:“" + t.Data.Heard + "”,"
	if t.Data.Meant != "" && t.Data.Meant != t.Data.Heard {
		text += "记为 " + t.Data.Meant + ","
	}
	return bot.Reply{Text: text + "对吗?原声也会留着。", Choices: heardChoices}, nil
}

func (f *form) takeVoice(ctx context.Context, t *formTurn) (bot.Next, error) {
	s, err := f.service(ctx, t)
	if err != nil {
		return bot.Next{}, err
	}
	field, known := s.Field(t.Data.Field)
	if !known {
		return f.next(t, s), nil
	}
	choices := heardChoices
	if t.Data.Heard == "" {
		choices = unheardChoices
	}
	i, ok := bot.Choose(t.Text(), choices)
	if yes, said := answer.YesNo(bot.Simplified(t.Text())); said && !ok {
		ok = true
		if i = 0; !yes {
			i = 1
		}
	}
	switch {
	case t.Message.Kind == bot.KindVoice:
		return f.takeSpeech(ctx, t, field)
	case !t.IsText():
		if next, took, err := f.takeSent(ctx, t, s, service.Field{}); took {
			return next, err
		}
		return bot.Miss(), nil
	case !ok: // the answer itself, in writing
		t.Data.Voice = 0
		return f.takeField(ctx, t)
	case i == 1:
		t.Data.Heard, t.Data.Voice = "", 0
		t.Lead("好的,请再说一遍或打字。")
		return bot.Goto("field"), nil
	}
	return f.acceptSpeech(ctx, t, s, field)
}

// acceptSpeech takes what was heard, after a yes.
func (f *form) acceptSpeech(ctx context.Context, t *formTurn, s *service.Service, field service.Field) (bot.Next, error) {
	value := cases.Value{Text: t.Data.Heard}
	if value.Text == "" {
		value.Text = spokenOnly
	}
	if field.Kind != service.KindText && t.Data.Heard != "" {
		meant, err := f.hear(ctx, t, field, strings.TrimRight(t.Data.Heard, "。.!！"))
		if err != nil {
			return bot.Next{}, err
		}
		if !meant.ok() || meant.value.Text != t.Data.Meant { // midnight has passed, or somebody has left
			t.Lead("请再说一遍或打字。")
			return bot.Goto("field"), nil
		}
		value = meant.value
	}
	value.Voice = t.Data.Voice
	t.Data.Heard, t.Data.Meant, t.Data.Voice, t.Data.Rest = "", "", 0, ""
	f.set(t, s, field, value)
	return f.afterText(ctx, t, s, field)
}

// soundOnly finds an answer of which there is only the sound.
func soundOnly(s *service.Service, d cases.Draft) (service.Field, bool) {
	for _, field := range s.Form {
		v := d.Values[field.Name]
		if _, spoken := v.Sound(); spoken && v.Text == spokenOnly {
			return field, true
		}
	}
	return service.Field{}, false
}
