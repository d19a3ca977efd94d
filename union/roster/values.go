package roster

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/calendar"
	"github.com/unionbot/unionbot/union/personal"
)

var (
	staffNoForm = regexp.MustCompile(`^[0-9A-Z][0-9A-Z_.-]{0,31}$`)
	// WeCom: 1 to 64 bytes of digits, letters and _-@., the first a digit or a letter.
	// https://developer.work.weixin.qq.com/document/path/90195
	wecomForm = regexp.MustCompile(`^[0-9a-z][0-9a-z_.@-]{0,63}$`)
	dateForm  = regexp.MustCompile(`^(\d{4})(?:[-/.](\d{1,2})[-/.](\d{1,2})|年(\d{1,2})月(\d{1,2})日|(\d{2})(\d{2}))(?: 0?0:00(?::00)?)?$`)
)

// trim removes what a spreadsheet leaves around a value and nobody sees.
func trim(text string) string {
	return strings.TrimFunc(text, func(r rune) bool { return unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) })
}

// fold brings digits, letters and signs to one width and removes the spaces among them.
func fold(text string) string {
	return strings.Join(strings.Fields(norm.NFKC.String(text)), "")
}

func parseStaffNo(text string) (value, wrong string) {
	value = union.StaffNoKey(text)
	if !staffNoForm.MatchString(value) {
		return "", "工号只能是 1 到 32 位字母、数字和 - _ .,以字母或数字开头"
	}
	return value, ""
}

func parseText(limit int) func(string) (string, string) {
	return func(text string) (value, wrong string) {
		switch {
		case !utf8.ValidString(text) || strings.ContainsRune(text, utf8.RuneError):
			return "", "有无法识别的字符,请把文件存为 UTF-8 编码的 csv 或 xlsx"
		case utf8.RuneCountInString(text) > limit:
			return "", fmt.Sprintf("太长,最多 %d 个字", limit)
		case strings.ContainsFunc(text, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t' }):
			return "", "有控制字符"
		}
		return text, ""
	}
}

func parseName(text string) (value, wrong string) {
	value, wrong = parseText(64)(strings.Join(strings.Fields(text), " "))
	// A folded name may be longer than the name: ﷺ unfolds into eighteen characters.
	if key := union.NameKey(value); wrong == "" && (key == "" || utf8.RuneCountInString(key) > 64) {
		return "", "不像姓名"
	}
	return value, wrong
}

func parsePhone(text string) (value, wrong string) {
	value, err := personal.Parse(personal.Phone, text)
	if err != nil {
		return "", "不是 11 位手机号,也不是带区号的固定电话"
	}
	return value, ""
}

func parseIDCard(text string) (value, wrong string) {
	value, err := personal.Parse(personal.IDCard, text)
	switch {
	case errors.Is(err, personal.ErrCheck):
		return "", "校验位不对,请核对(在 Excel 里请先把这一列设为文本格式)"
	case errors.Is(err, personal.ErrBirth):
		return "", "其中的出生日期不存在"
	case errors.Is(err, personal.ErrRegion):
		return "", "其中的地区代码不存在,请核对"
	case err != nil:
		return "", "不是 18 位身份证号(在 Excel 里请先把这一列设为文本格式)"
	}
	return value, ""
}

func parseGender(text string) (value, wrong string) {
	switch strings.ToLower(fold(text)) {
	case "男", "男性", "m", "male":
		return "男", ""
	case "女", "女性", "f", "female":
		return "女", ""
	}
	return "", "请写 男 或 女"
}

func parseDate(text string) (value, wrong string) {
	const want = "请写成 1974-10-13 这样的日期"
	parts := dateForm.FindStringSubmatch(strings.TrimSpace(norm.NFKC.String(text)))
	if parts == nil {
		return "", want
	}
	// One of the three ways to write month and day is there, the others are empty. All are one or two digits.
	month, _ := strconv.Atoi(parts[2] + parts[4] + parts[6])
	day, _ := strconv.Atoi(parts[3] + parts[5] + parts[7])
	d, err := calendar.ParseDate(fmt.Sprintf("%s-%02d-%02d", parts[1], month, day))
	if err != nil {
		return "", "没有这一天," + want
	}
	if d.Year < 1900 || d.Year > 2100 {
		return "", "年份不对"
	}
	return d.String(), ""
}

func parseLunar(text string) (value, wrong string) {
	l, err := calendar.ParseLunar(norm.NFKC.String(text))
	if err != nil {
		return "", "请写成 十月十三、闰六月初三 或 L1974-10-13(农历年-月-日),且确有这一天"
	}
	return l.String(), ""
}

func parseOrganisation(text string) (value, wrong string) {
	names, err := union.ParsePath(text)
	switch {
	case errors.Is(err, union.ErrPathDeep):
		return "", fmt.Sprintf("单位层级太多,最多 %d 级", union.MaxDepth)
	case errors.Is(err, union.ErrPathEmpty):
		return "", "单位要从最上一级写起,用 / 隔开,中间不能空:集团公司/一分厂/锅炉班"
	case err != nil:
		return "", fmt.Sprintf("有一级单位的名称超过 %d 个字,或有控制字符", union.MaxOrgName)
	case !utf8.ValidString(text) || strings.ContainsRune(text, utf8.RuneError):
		return "", "有无法识别的字符,请把文件存为 UTF-8 编码的 csv 或 xlsx"
	}
	return strings.Join(names, "/"), ""
}

func parseWeComUser(text string) (value, wrong string) {
	value = strings.ToLower(fold(text))
	if !wecomForm.MatchString(value) {
		return "", "企业微信账号只能是 1 到 64 位字母、数字和 _ - @ .,以字母或数字开头"
	}
	return value, ""
}

func parseStatus(text string) (value, wrong string) {
	switch strings.ToLower(fold(text)) {
	case "active", "在职", "在岗", "在册", "正常":
		return string(union.Active), ""
	case "retired", "退休", "离退休", "离休":
		return string(union.Retired), ""
	case "left", "离职", "调出", "退会", "已离职":
		return string(union.Left), ""
	}
	return "", "请写 在职(active)、退休(retired) 或 离职(left)"
}

// Limits of what stands of a member in one cell; a column has place for so much.
const (
	maxTags   = 10
	maxTag    = 16 // characters
	maxFamily = 12
)

var listSigns = regexp.MustCompile(`[;,、|]+`)

// list splits a cell with several words, each once.
func list(text string) (words []string) {
	for _, word := range listSigns.Split(norm.NFKC.String(text), -1) {
		if word = strings.Join(strings.Fields(word), ""); word != "" && !slices.Contains(words, word) {
			words = append(words, word)
		}
	}
	return words
}

func parseTags(text string) (value, wrong string) {
	if _, wrong := parseText(maxTags * (maxTag + 1))(text); wrong != "" {
		return "", wrong
	}
	tags := list(text)
	for _, tag := range tags {
		if utf8.RuneCountInString(tag) > maxTag {
			return "", fmt.Sprintf("标签“%s”太长,最多 %d 个字", clip(tag), maxTag)
		}
	}
	if len(tags) == 0 || len(tags) > maxTags {
		return "", fmt.Sprintf("请写 1 到 %d 个标签,用分号隔开:党员;志愿者", maxTags)
	}
	return union.JoinWords(tags), ""
}

func parseFamily(text string) (value, wrong string) {
	const want = "请从这些里写,用分号隔开:独生子女父母;双职工;单亲;军属;孩子2018(出生年,一个孩子写一个)"
	var facts []string
	for _, word := range list(text) {
		fact, ok := union.FamilyFact(strings.ToLower(word))
		if !ok {
			return "", want
		}
		facts = append(facts, fact)
	}
	if len(facts) == 0 || len(facts) > maxFamily {
		return "", want
	}
	slices.Sort(facts)
	return union.JoinWords(facts), ""
}
