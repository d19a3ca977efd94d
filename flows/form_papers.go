package flows

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/notice"
	"github.com/unionbot/unionbot/union/service"
)

// PaperDesk knows which pictures of papers can hardly be read.
type PaperDesk interface {
	DoubtedPapers(ctx context.Context, owner union.MemberID, ids []cases.ID) ([]cases.Attachment, error)
}

// doubtWords say why a picture can hardly be read.
var doubtWords = map[string]string{"small": "太小", "dark": "太暗", "blurred": "有点糊"}

// PaperDoubted asks kindly for another picture, and takes this one all the same. It does not say of what: it may be read on a
// locked screen.
func (n *Notices) PaperDoubted(sheet int, doubt string) notice.Body {
	return notice.Body{Text: fmt.Sprintf("刚发的第 %d 张照片%s,怕看不清字。方便就重拍一张发来;拍不了也没关系,这张照样留着。", sheet, doubtWords[doubt])}
}

// needed names the papers that have to be among the pictures: 出院小结、费用结算单.
func (f *form) needed(field service.Field) string {
	words := make([]string, len(field.Needed))
	for i, paper := range field.Needed {
		words[i] = paper.In(f.language)
	}
	return strings.Join(words, "、")
}

// sheet is which of the papers the next picture is, where somebody looks whether it can be read.
func sheet(field service.Field, d cases.Draft) int {
	if !field.Legible || d.Sealed {
		return 0
	}
	return len(d.Pictures) + 1
}

// fewer says whether there are fewer pictures than papers are needed: one of them is missing, or two are on one.
func fewer(field service.Field, d cases.Draft) bool {
	return len(d.Pictures) > 0 && len(d.Pictures) < len(field.Needed)
}

// hintPapers says after a picture which papers are needed, as long as there are fewer.
func (f *form) hintPapers(field service.Field, d cases.Draft) string {
	if !fewer(field, d) {
		return ""
	}
	return "要的有:" + f.needed(field) + "。"
}

// shownPapers says what the summary has of the pictures of papers: how many there are, and what may be wrong with them.
func (f *form) shownPapers(ctx context.Context, field service.Field, d cases.Draft) (string, error) {
	_, unit := sentWord(field)
	text := fmt.Sprintf("%d %s", len(d.Pictures), unit)
	var remarks []string
	if fewer(field, d) {
		remarks = append(remarks, "要"+f.needed(field)+",看看缺不缺")
	}
	doubted, err := f.doubted(ctx, field, d)
	if err != nil {
		return "", err
	}
	if doubted != "" {
		remarks = append(remarks, doubted)
	}
	if len(remarks) == 0 {
		return text, nil
	}
	return text + "(" + strings.Join(remarks, ";") + ")", nil
}

// doubted says which of the pictures can hardly be read: 第 2 张有点糊.
func (f *form) doubted(ctx context.Context, field service.Field, d cases.Draft) (string, error) {
	if !field.Legible || d.Sealed || len(d.Pictures) == 0 {
		return "", nil
	}
	papers, err := f.desk.DoubtedPapers(ctx, d.Owner, d.Pictures)
	if err != nil {
		return "", fmt.Errorf("look at papers: %w", err)
	}
	var words []string
	for i, id := range d.Pictures {
		at := slices.IndexFunc(papers, func(a cases.Attachment) bool { return a.ID == id })
		if at >= 0 {
			words = append(words, fmt.Sprintf("第 %d 张%s", i+1, doubtWords[papers[at].Doubt]))
		}
	}
	return strings.Join(words, "、"), nil
}

// missing says what a form still lacks: 还缺:材料照片(出院小结、费用结算单)、个人自付. Of what is there it says what may be wrong.
func (f *form) missing(ctx context.Context, s *service.Service, d cases.Draft) (string, error) {
	var lacks, remarks []string
	for _, field := range f.allUnanswered(s, d) {
		if field.Optional {
			continue
		}
		word := field.Label.In(f.language)
		if len(field.Needed) > 0 {
			word += "(" + f.needed(*field) + ")"
		}
		lacks = append(lacks, word)
	}
	for _, field := range d.Shown(s) {
		if !field.Kind.Sent() || len(d.Pictures) == 0 {
			continue
		}
		noun, unit := sentWord(*field)
		if fewer(*field, d) {
			remarks = append(remarks, fmt.Sprintf("%s有 %d %s,要的有%s,看看缺不缺。", noun, len(d.Pictures), unit, f.needed(*field)))
		}
		doubted, err := f.doubted(ctx, *field, d)
		if err != nil {
			return "", err
		}
		if doubted != "" {
			remarks = append(remarks, noun+doubted+",重拍了就不用管。")
		}
	}
	text := "要填的都齐了。"
	if len(lacks) > 0 {
		text = fmt.Sprintf("还缺 %d 样:%s。", len(lacks), strings.Join(lacks, "、"))
	}
	return text + strings.Join(remarks, ""), nil
}

// lacks answers 还缺什么 within a form, and asks the open question again.
func (f *form) lacks(ctx context.Context, t *formTurn) (bot.Next, error) {
	s, err := f.service(ctx, t)
	if err != nil {
		return bot.Next{}, err
	}
	text, err := f.missing(ctx, s, t.Data.Draft)
	if err != nil {
		return bot.Next{}, err
	}
	t.Lead(text + "\n")
	t.Data.Brief = t.Data.Field == "summary" && t.Step == summaryOf(t.Data.Draft)
	return bot.Repeat(), nil
}
