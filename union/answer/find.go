package answer

import (
	"regexp"
	"time"

	"github.com/unionbot/unionbot/union/calendar"
)

// Found is a piece of a sentence that reads as a value, or as one of several, or as a wrong one.
type Found struct {
	From, To int // bytes
	Reading
}

const (
	figure = `[\d零〇一二两三四五六七八九十]`
	day    = `(?:(?:农历|阴历|阳历|公历|旧历)?(?:(?:今|明|去|前|\d{2,4})年(?:的)?)?(?:农历|阴历)?(?:` +
		`闰?(?:\d{1,2}|[一二三四五六七八九十正冬腊]{1,2})月份?(?:初[一二三四五六七八九十]|廿[一二三四五六七八九]?|` + figure + `{1,3})[日号]?|` +
		`(?:除夕|大年三十|大年初一|春节|元宵节?|端午节?|中秋节?|重阳节?|国庆节?|元旦|劳动节))` +
		`|\d{4}[-./]\d{1,2}[-./]\d{1,2}|(?:大前|大后|前|昨|今|明|后)[天日]|[昨今明][晚早]` +
		`|(?:上上个?|上个?|下下个?|下个?|这个?|本)?(?:周|星期|礼拜)[一二三四五六日天末]` +
		`|` + figure + `{1,3}天(?:以|之)?[前后]|(?:上个?|下个?|这个?|本)?月[底初中末])`
	hourPart = `(?:凌晨|清晨|清早|早晨|早上|上午|中午|下午|傍晚|晚上|晚间|夜里|夜间|半夜|深夜)`
	oclock   = `(?:\d{1,2}:\d{2}|` + figure + `{1,3}(?:点钟?|时)(?:半|整|[一三]刻|` + figure + `{1,3}分?)?)`
)

// The patterns take along what makes a value a vague one - 5万多, 三四千, 大概 - so that it is not read without it.
var (
	// pieces may as well be of something else: 一块铁板.
	pieces = regexp.MustCompile(`^[\d零〇一二两三四五六七八九十]{1,2}块$`)

	daySpan   = regexp.MustCompile(day)
	timeSpan  = regexp.MustCompile(day + `(?:的)?(?:` + hourPart + `)?[ ,]?(?:` + oclock + `)?`)
	moneySpan = regexp.MustCompile(`(?:大概|大约|差不多|将近|不到|约)?(?:[¥￥]\s*\d[\d,]*(?:\.\d+)?|[\d零〇一二两三四五六七八九十百千几][\d,.零〇一二两三四五六七八九十百千几]*(?:[万千百wkWK亿][\d零〇一二两三四五六七八九十百千万]*)?(?:多|来)?(?:万|千)?(?:块钱|块|元|圆)(?:` +
		figure + `[毛角]?)?|[\d零〇一二两三四五六七八九十百千几][\d.零〇一二两三四五六七八九十百千几]*[万wW](?:[\d零一二两三四五六七八九千百]*)(?:多|来)?)(?:钱|左右|上下|以上|出头)?`)
)

// FindDates finds the days that a sentence names, without hours. now is in the zone in which people speak.
func FindDates(text string, now time.Time, limits DateLimits) []Found {
	today := calendar.Date{Year: now.Year(), Month: now.Month(), Day: now.Day()}
	return find(daySpan, text, func(piece string) Reading { return Date(piece, today, limits) })
}

// FindTimes finds the days that a sentence names, with what it says of the hour.
func FindTimes(text string, now time.Time, limits TimeLimits) []Found {
	return find(timeSpan, text, func(piece string) Reading { return Time(piece, now, limits) })
}

// FindMoney finds sums that are said to be sums: with a unit, or in 万.
func FindMoney(text string, limits MoneyLimits) []Found {
	return find(moneySpan, text, func(piece string) Reading {
		if pieces.MatchString(piece) {
			return Reading{}
		}
		return Money(piece, limits)
	})
}

// FindNumbers finds numbers of what is counted; without a unit it finds none.
func FindNumbers(text string, limits NumberLimits) []Found {
	if limits.Unit == "" {
		return nil
	}
	span := regexp.MustCompile(`(?:大概|大约|约)?[\d零〇一二两三四五六七八九十百千万几][\d.零〇一二两三四五六七八九十百千万几]*(?:多|来|个)?` + regexp.QuoteMeta(limits.Unit))
	return find(span, text, func(piece string) Reading { return Number(piece, limits) })
}

var (
	// goesOn and cameFrom are what makes a piece one end of a span, or one of a list: 10月1,2号, 3到5千块.
	goesOn   = regexp.MustCompile(`^\s*(?:[到至~—\-、]\s*` + figure + `|[,和]\s*` + figure + `{1,3}[日号])`)
	cameFrom = regexp.MustCompile(figure + `[日号万千百元块]?\s*[到至~—\-、]\s*$`)
)

func find(span *regexp.Regexp, text string, read func(string) Reading) (found []Found) {
	for _, at := range span.FindAllStringIndex(text, -1) {
		if goesOn.MatchString(text[at[1]:]) || cameFrom.MatchString(text[:at[0]]) {
			continue
		}
		r := read(text[at[0]:at[1]])
		if r.OK() || len(r.Either) > 0 || r.Problem != "" {
			found = append(found, Found{From: at[0], To: at[1], Reading: r})
		}
	}
	return found
}
