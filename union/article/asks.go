package article

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// mostAsked is how long a question may be that breaks into something else; a longer text tells a story.
const mostAsked = 24

var (
	asks = regexp.MustCompile(`多少|几天|几个|几次|几年|几级|几倍|几小时|几点|多久|多长|多高|多大|怎么|怎样|咋|如何|什么|啥|哪|谁|能不能|可不可以|是不是|有没有|要不要|会不会|算不算|能否|是否|吗|标准$|(标准)?呢$|[?？]$`)
	// endsAsking is a text that asks for a figure, a way or a yes, and for nothing after it.
	endsAsking = regexp.MustCompile(`(多少(钱|元|天|块|次|岁|年|个月|小时|比例|材料)?|几(天|个月|次|年|级|倍|倍工资|小时|个小时|块钱|岁)|多久|多长时间|多长|(怎么|怎样|如何)(办|算|算的|计算|申请|报|报销|认定|弄|领|规定|规定的|请|休|交|发|赔|查|处理|办理|补|补偿)|什么(标准|条件|材料|手续|时候|规定|东西|福利)?|有啥|哪些|哪(里|儿)?|谁(能看|看得到|出|付|出钱)?|吗|么|标准)[呢啊呀?？]*$|[?？]$`)

	// complains is how a sentence begins that looks like a question and is none: 为什么没有护栏.
	complains = regexp.MustCompile(`^(为什么|为啥|为何|凭什么|凭啥|怎么(还|又|总|老|就|没|这么|那么|不)|难道|哪有|谁让|干嘛|何必)`)
	// proposes is a wish, or a story with a figure left open: 能不能多给几天, 年假都没休几天.
	proposes = regexp.MustCompile(`^(能不能|可不可以|能否|可否|是否|是不是|要不要|希望|建议|应该|最好|想)|(没|不|别)[^,，]?(几|多少)|不(知道|清楚|明白|晓得)|没(人|说|写)`)
)

// Asks says whether a text has the form of a question.
func Asks(text string) bool { return asks.MatchString(text) && !complains.MatchString(text) }

// lastAsked are the characters that endsAsking can end in, before any 呢 and sign.
const lastAsked = "少钱元天块次岁年月时例料几倍资久长办算的计报认定弄领请休交发赔查处理补偿么件续候规西利啥些里儿哪谁看到出付吗准"

// Interrupts says whether a text is a question even as the answer to another one: short, to its end, and about nothing
// that has happened. 为什么没有护栏 answers what is wrong here.
func Interrupts(text string) bool {
	text = strings.TrimSpace(text)
	if len(text) > 4*mostAsked || utf8.RuneCountInString(text) > mostAsked { // most answers end here, and cost next to nothing
		return false
	}
	bare := strings.TrimRight(text, "呢啊呀?？")
	if last, _ := utf8.DecodeLastRuneInString(bare); len(bare) == len(text) && !strings.ContainsRune(lastAsked, last) {
		return false
	}
	return !strings.ContainsAny(text, "\n。;；") && endsAsking.MatchString(text) && !complains.MatchString(text) && !proposes.MatchString(text)
}
