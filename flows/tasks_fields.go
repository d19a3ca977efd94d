package flows

import (
	"slices"
	"strconv"
	"strings"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/service"
)

func fieldLabels(fields []service.Field, language string) []string {
	var labels []string
	for _, f := range fields {
		labels = append(labels, f.Label.In(language))
	}
	return labels
}

// offered are the lines of a reason step: the reasons that the service has and, for a return, the questions that none of them names.
func (d *tasksData) offered() []string {
	lines := slices.Clone(d.Reasons)
	if d.Act != cases.Return {
		return lines
	}
	for _, label := range d.Fields {
		if !slices.ContainsFunc(d.Reasons, func(reason string) bool {
			named, text := d.labelOf(reason)
			return named == label && text != ""
		}) {
			lines = append(lines, label)
		}
	}
	return lines
}

// labelOf takes the word or the label at the head of a line from what stands behind it.
func (d *tasksData) labelOf(line string) (label, text string) {
	label, text, _ = strings.Cut(service.JoinLabels(line, d.Fields), " ")
	return strings.Join(strings.Fields(label), " "), text
}

// begs are the words by which one asks for something: a number before them is that of a line, and none of a floor.
const begs = "请补要写拍再还重都"

// picked is what a return says by numbers of lines, 1 3 请补: the questions that they name first, and the words after them.
func (d *tasksData) picked(note string) (said string, ok bool) {
	lines := d.offered()
	refs, words := several(note, false)
	if d.Act != cases.Return || len(refs) == 0 || len(refs) == 1 && words != "" && !strings.ContainsRune(begs, []rune(words)[0]) {
		return "", false
	}
	var labels, texts []string
	for _, ref := range refs {
		n, err := strconv.Atoi(ref)
		if err != nil || n < 1 || n > len(lines) {
			return "", false
		}
		label, text := d.labelOf(lines[n-1])
		if !slices.Contains(d.Fields, label) { // a reason that names none
			label, text = "", lines[n-1]
		}
		if label != "" && !slices.Contains(labels, label) {
			labels = append(labels, label)
		}
		if text != "" && !slices.Contains(texts, text) {
			texts = append(texts, text)
		}
	}
	if words != "" {
		texts = append(texts, words)
	}
	return strings.TrimSpace(strings.Join(labels, "、") + " " + strings.Join(texts, ";")), true
}

// misnames says whether a return begins with names of questions of which some are none, and tells so. Who says the same once more means
// it as it is.
func (d *tasksData) misnames(t *bot.Talk) bool {
	note := service.JoinLabels(strings.ReplaceAll(strings.TrimSpace(d.Note), "\n", " "), d.Fields)
	first, _, more := strings.Cut(note, " ")
	if !more { // 产量和报表差一位 is a sentence
		return false
	}
	names := strings.FieldsFunc(first, func(r rune) bool { return strings.ContainsRune(",，、和;；:：", r) })
	strange := slices.DeleteFunc(slices.Clone(names), func(name string) bool {
		return slices.ContainsFunc(d.Fields, func(label string) bool { return service.JoinLabel(label) == name })
	})
	if len(strange) == 0 || len(strange) == len(names) || d.Note == d.Misnamed {
		return false
	}
	t.Lead("\"" + strings.Join(strange, "、") + "\"不是这件事里能单独补的一项,还没有退回。照原话退回,就再发一遍。\n")
	d.Misnamed, d.Note = d.Note, ""
	return true
}
