package flows

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strconv"
	"strings"

	"github.com/unionbot/unionbot/union/answer"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/service"
)

const saidTooLarge = "填的数太大,算不出合计。请核对一下数字,回复\"改\"加序号修改。"

// sums are the lines of what follows from the answers, and by which rule.
func (f *form) sums(ctx context.Context, t *formTurn, s *service.Service) (lines []string, err error) {
	if len(s.Sums) == 0 {
		return nil, nil
	}
	d := t.Data.Draft
	if s.SumsByOrg() {
		who, err := f.people.member(ctx, t.Talk)
		if err != nil {
			return nil, err
		}
		d.Values = maps.Clone(d.Values)
		d.Values[service.FieldOrg] = cases.Value{Text: who.OrgPath}
	}
	values, err := d.Sums(s)
	if errors.Is(err, service.ErrTooLarge) {
		return []string{saidTooLarge}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("compute: %w", err)
	}
	filed := d.Filed(s)
	maps.Copy(filed.Values, values)
	facts := filed.Facts(s)
	for _, sum := range s.Sums {
		if _, belongs := values[sum.Name]; !belongs {
			continue
		}
		line := sum.Label.In(f.language) + ":" + values[sum.Name].Text
		if words := sum.Formula.Fill(f.language, texts(s, filed.Values)); words != "" {
			line += "(" + words + ")"
		}
		if working := inWords(sum.Working(facts)); working != "" {
			line += "(" + working + ")"
		}
		lines = append(lines, line)
	}
	if values[s.Category.Name].Text != "" {
		lines = append(lines, s.Category.Label.In(f.language)+":"+values[s.Category.Name].Text)
	}
	if len(lines) == 0 {
		return nil, nil
	}
	rule := ""
	if named := s.Basis.RuleAt(d.Values[service.FieldOrg].Text, f.language); named != "" {
		rule = named + "和"
	}
	return append(lines, "以上按"+rule+"填写的内容算出,以审核为准。"), nil
}

// texts are answers and sums as a formula shows them: sums without their unit, of a list how many there are.
func texts(s *service.Service, values map[string]cases.Value) map[string]string {
	shown := make(map[string]string, len(values))
	for i := range s.Form {
		if s.Form[i].Kind == service.KindList {
			shown[s.Form[i].Name] = "0"
		}
	}
	for name, v := range values {
		shown[name] = strings.TrimSuffix(v.Text, " 元")
		if field, _ := s.Field(name); field.Kind == service.KindList {
			shown[name] = strconv.Itoa(len(service.ListOf(v.Raw).Entries))
		}
	}
	return shown
}

// inWords shows how bands make a sum: 1 万以内不计;1 万到 3 万这一段 20,000.00 × 10% = 2,000.00. A band that nothing lies in is
// left out.
func inWords(lines []service.Line) string {
	var parts []string
	for _, l := range lines {
		reach := shortYuan(l.From) + "到 " + shortYuan(l.To) + "这一段"
		switch {
		case l.From == 0:
			reach = shortYuan(l.To) + "以内"
		case l.To == 0:
			reach = shortYuan(l.From) + "以上这一段"
		}
		switch {
		case l.Part == 0:
			continue
		case l.Percent == 0:
			parts = append(parts, reach+"不计")
		default:
			parts = append(parts, fmt.Sprintf("%s %s × %d%% = %s", reach, figure(l.Part), l.Percent, figure(l.Sum)))
		}
	}
	return strings.Join(parts, ";")
}

// figure is a sum without its unit: 20,000.00.
func figure(fen int) string { return strings.TrimSuffix(answer.Yuan(int64(fen)), " 元") }

// shortYuan says a round sum as people do: 3 万, 5,000 元.
func shortYuan(fen int) string {
	const tenThousand = 10_000 * 100
	if fen >= tenThousand && fen%tenThousand == 0 {
		return strconv.Itoa(fen/tenThousand) + " 万"
	}
	return strings.TrimSuffix(figure(fen), ".00") + " 元"
}
