package understanding

import (
	"math"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// Reading is what a sentence was understood as.
type Reading struct {
	// Likely are the topics that it may be meant for, the likeliest first.
	Likely []Likely
	// Sure is true if the first of them is meant, and nobody need be asked.
	Sure bool
	// Why says in a word what kept it from being sure: negated, told of others, rivalled, two wishes; empty where it was the figures.
	Why Doubt
}

// Doubt is a reason not to take a sentence at its word.
type Doubt string

// The doubts.
const (
	Negated   Doubt = "negated"    // 我不是要申请帮扶
	Hearsay   Doubt = "hearsay"    // 听说老王要报名
	Rivalled  Doubt = "rivalled"   // 试算一下,我老婆住院花了5万2
	TwoWishes Doubt = "two wishes" // 想提个建议,另外想问救助
)

// SureFrom is the confidence from which a sentence that names the topic is taken without asking, UnnamedFrom that of one
// that does not, and Doubted what a doubt leaves of any.
const (
	SureFrom    = 0.8
	UnnamedFrom = 0.95
	Doubted     = 0.6
)

// bar is what has to be learnt of a sentence before its topic is taken without asking: how likely the topic is at least by
// that alone, how likely it is at most that nothing is asked for, and how likely it is meant at least by all figures together.
// Whole hands of sentences were left out to find the bars.
type bar struct{ alone, idle, meant float64 }

var (
	// told is for who says what is the matter and not what for, which may be another service's just as well: 被辞退了,心里不服.
	told = bar{alone: 0.8, idle: 0.1, meant: 0.97}
	// named is for a phrase that stands in a sentence of any kind: 合理化建议采纳了有奖金么.
	named = bar{alone: 0.6, idle: 0.1, meant: 0.97}
	// wanted is for who wants something, and does not say the phrase for it.
	wanted = bar{alone: 0.65, idle: 0.15, meant: 0.97}
	// asked is for who wants what the phrase says, led for who begins with that: what follows may be anything.
	asked = bar{alone: 0.4, idle: 0.25, meant: 0.97}
	led   = bar{alone: 0.7, idle: 0.6}
	// another is for part of a sentence that by itself wants something else than all of it.
	another = bar{alone: 0.8, idle: 0.5}
)

// meant is how likely a topic is the one that is asked for, by what was learnt of it, of asking for nothing, and of the topic behind
// it. The weights are a logistic regression over sentences of hands that were left out: of two alike figures the one that
// nothing is asked for tells most.
func (l Likely) meant(idle float64) float64 {
	odds := func(p float64) float64 { p = min(max(p, 1e-4), 1-1e-4); return math.Log(p / (1 - p)) }
	return 1 / (1 + math.Exp(1.76-0.34*odds(l.alone)+0.85*odds(idle)+0.28*odds(l.next)))
}

// wish begins a phrase, or part of a sentence, that says what its speaker wants, rather than how a service is called.
var wish = regexp.MustCompile(`^(?:我?(?:还|也|就|们)?(?:想|要|得|建议|申请|投诉|反映|报名)|帮|给|麻烦|请|求|能不能|可不可以|申请|提[^前成高供到]|报[^销纸废酬]|上报|约|预约|找|登记|办|填|写|投诉|反映|转)`)

// wishes says whether a part of a sentence begins as its speaker's own wish.
func wishes(sentence string) bool {
	return slices.ContainsFunc(breaks.Split(sentence, -1), wish.MatchString)
}

func (l Likely) bar() bar {
	switch asks := l.Asked && wish.MatchString(l.Named); {
	case asks && l.Leads:
		return led
	case asks && l.own:
		return asked
	case l.Asked && !l.own:
		return named
	case l.own:
		return wanted
	}
	return told
}

var (
	// negation knows 不是要申请, 别给我报名 and 不用登记. What is asked (能不能, 要不要) and what is complained of (不给, 不发) is
	// no negation of a wish.
	negation = regexp.MustCompile(`(?:不是(?:我|我们|咱|咱们)?(?:要|想|来)|不想|不要|不用|不必|不需要|没想|没打算|不打算|没说|无需|用不着|犯不着|先不|暂时不|暂不|别|甭|不再|谁要|谁说要|谁说我要|懒得|才不)` +
		`(?:要|想|来|去|再|给我|帮我|替我|给我们|为了|真的|急着|打算|是|说|有|什么)*` +
		`(?:申请|报名|报|提|登记|办|投诉|咨询|约|预约|反映|填|记|上报|举报|参加|参赛|求助|帮扶|救助|慰问|建议|人工|转|体检|打官司|立项|找律师|请律师|找人|心理)`)
	notNegation = regexp.MustCompile(`能不能|要不要|可不可以|是不是|该不该|用不用|想不想|差别|特别|分别|级别|类别|个别|性别|区别|告别|离别`)
	// plainNo knows 我不投诉, which negates without a word for wanting.
	plainNo = regexp.MustCompile(`(?:^|我|真的|就|也|又)不(?:投诉|申请|报名|举报|反映|求助|登记|参加|参赛)|没有?(?:什么|啥|任何)?(?:隐患|诉求|建议|意见|要求)(?:要(?:提|报|说|反映))?[了啊呀的哈]?$`)
	// asksAbout knows who asks about people and places of a service, and not for it: 心理咨询的老师是男的女的, 工作室在几楼, 建议跟成果有啥区别.
	asksAbout = regexp.MustCompile(`是谁$|(?:有)?(?:什么|啥)(?:区别|不同|不一样|两样)$|有(?:没有)?奖(?:金|励)?(?:吗|么|没|不)?$|(?:免费|收费|要钱|花钱)的?(?:吗|么|不|还是.*)$|叫什么(?:名字)?$|是?男的?(?:还是|是)?女的?$|在(?:几|哪)(?:楼|栋|层|间|号楼|个楼|座楼)|会(?:怎么|咋|怎)样$|多大(?:岁数|年纪)?了?$|几岁了?$|哪里人$|有(?:什么|啥)后果|几点(?:上班|开门|下班|关门)|(?:周末|星期.|礼拜.|周.|节假日)(?:也)?(?:上班|开门|休息)(?:吗|不|么)?$`)
	// cannotTell knows who does not know which of two is the right one: 算成果还是建议我搞不清.
	cannotTell = regexp.MustCompile(`还是[^,。]*(?:[搞弄分闹]不(?:清|明白|懂)|拿不准|不(?:知道|确定|清楚|晓得)|没想好)|(?:[搞弄分闹]不(?:清|明白|懂)|拿不准|不(?:知道|确定|清楚)|没想好)[^,。]{0,6}(?:是|算|报|走|选|填)[^,。]{1,12}还是`)
	// whether knows who asks what there is: 有心理咨询这项服务吗.
	whether = regexp.MustCompile(`(?:有没有|有|提供|开通)[^,。]{0,12}(?:这项|这个|这种)?(?:服务|业务|功能|渠道)(?:吗|么|没|没有|不)?[??呢啊]*$`)
	// takenBack knows who asked before and wants nothing now: 建议我不提了, 慰问那事算了, 手滑点错了.
	takenBack = regexp.MustCompile(`算了|(?:建议不建议|申请不申请|报名不报名|投诉不投诉|报不报|提不提)的|(?:不|没)(?:提|报|弄|办|要|申请|写|搞|登记|投诉|反映|约|用)了|点错|手滑|发错|说错|没(?:有)?[^,。]{0,6}要(?:报|提|申请|办|说|登记|反映)`)
	// hearsay knows who speaks of others, or repeats what was said.
	hearsay = regexp.MustCompile(`隔壁|不是(?:咱|我们)(?:们|单位|厂|公司|这)|亲戚家|邻居家|别的厂|别人家|听(?:别人|人|谁|人家|工友|同事|师傅|班长|群里|(?:老|小)\p{Han})?(?:说|讲)|据说|传言|好像(?:有人|有谁|是谁)|人家说|他说|她说|他们说|有人说|大家都说|群里说|网上说|新闻|领导说|班长说|谁(?:提|报|说|写|申请)的|书上|电视|广播|抖音|通知上说|(?:墙|板报|横幅|牌子|标语|宣传栏)(?:上|里)?(?:贴|写|挂|印|说)|^(?:他|她|他们|她们|人家)(?:的|要|想|在|也|都|已经|昨天|今天)|` +
		`(?:老|小)\p{Han}(?:说|讲)(?:他|她|我不|人家)|(?:老|小)\p{Han}(?:他|说|要|想|也要|也想|好像|已经|那天)(?:要|想|去|说|也)?(?:报|申请|提|参加|办)`)
	// ownWish is what lets hearsay be followed by a wish: 听说有大病救助,我想申请.
	ownWish = regexp.MustCompile(`我(?:们)?(?:也)?(?:要|想|来|得)|帮我|给我|替他|帮他|我能|我可以|咱(?:们)?(?:也)?(?:要|想|能)|怎么申请|怎么报|怎么办理|能帮|求`)
	quoted  = regexp.MustCompile(`[“"「『《][^”"」』》]*[”"」』》]`)
	// further begins a second wish.
	further = regexp.MustCompile(`另外|还有|顺便|再(?:一个|就是|帮我)|除此之外|同时(?:我|也|还)|以及想|对了|还想|也想(?:问|报|提|申请)|第二(?:件|个)|二是|还要|也(?:想|要)(?:找|约|登记|申请|报|提|问|查)|再(?:申请|登记|报|提|问|约|查|给|帮|办)|完了(?:再|帮|给)|,再`)
	// stillLeft is how much is left, and no second wish: 离发工资还有半个月.
	stillLeft = regexp.MustCompile(`^还有(?:半|几|[一二两三四五六七八九十\d]+)个?(?:多)?(?:月|天|年|周|礼拜|星期|小时|分钟|块|万|千|百)`)
	breaks    = regexp.MustCompile(`[,,。.;;!!??、\n\s]+`)
)

// Read understands a sentence, which is in simplified characters.
func (m *Model) Read(sentence string) Reading {
	sentence = Plain(Clean(sentence))
	bare := bare(sentence)
	if i, said := m.asked[bare]; said && i >= 0 { // the phrase and nothing else
		return Reading{Likely: []Likely{{Topic: m.topics[i].Name, Confidence: 1, Named: bare, Asked: true}}, Sure: true}
	}
	wanted, negated := withoutNegated(sentence)
	if negated {
		r := Reading{Likely: m.likely(wanted), Why: Negated}
		// What is left is meant only if it was asked for and not taken back: 不是要申请帮扶,我要体检; 申请大病救助,麻烦先不办了.
		if len(r.Likely) > 0 && !takenBack.MatchString(sentence) && r.Likely[0].sure(m.idleness(wanted)) && r.Likely[0].Asked {
			r.Sure, r.Why = true, ""
			return r
		}
		return r.doubted()
	}
	r := Reading{Likely: m.likely(sentence)}
	if second, ok := m.secondWish(sentence); ok {
		r.Why = TwoWishes
		r.Likely = second
		return r.doubted()
	}
	if takenBack.MatchString(sentence) && !ownWish.MatchString(takenBack.ReplaceAllString(sentence, "")) {
		r.Why = Negated
		return r.doubted()
	}
	if m.isHearsay(sentence) {
		r.Why = Hearsay
		return r.doubted()
	}
	i, said := m.said[bare]
	said = said && len(r.Likely) > 0 && r.Likely[0].Topic == m.topics[i].Name
	asks := len(r.Likely) > 0 && m.asksApart(r.Likely[0].Topic, sentence)
	idle := m.idleness(sentence)
	if said || asks {
		idle = 0 // an example means what it is one of, and a phrase by itself what it asks for
		r.Likely[0].alone = 1
	} else if len(r.Likely) > 0 && idle > r.Likely[0].bar().idle {
		return r.doubted()
	}
	if whether.MatchString(sentence) || asksAbout.MatchString(bare) || cannotTell.MatchString(sentence) {
		return r.doubted()
	}
	if r.rivalled() {
		return r
	}
	r.Sure = len(r.Likely) > 0 && (r.Likely[0].sure(idle) && !r.Likely[0].isWord(bare) || asks)
	if r.Sure && !said {
		if two := m.apart(r.Likely[0], breaks.Split(sentence, -1)); two != nil {
			r.Sure, r.Why, r.Likely = false, TwoWishes, two
			return r.doubted()
		}
	}
	return r
}

// wants begins a part of a sentence that asks for something by its name.
var wants = regexp.MustCompile(`^(?:我们?|咱们?|俺们?)?(?:也|还|就|先|再)*(?:想要|想|要|来)?`)

// asksApart says whether a part of a sentence asks for the topic and says nothing else: 我爱人生孩子了,申请慰问.
func (m *Model) asksApart(topic, sentence string) bool {
	for _, part := range breaks.Split(sentence, -1) {
		if i, asks := m.asked[wants.ReplaceAllString(part, "")]; asks && i >= 0 && m.topics[i].Name == topic {
			return true
		}
	}
	return false
}

// bare is a sentence without the signs around it.
func bare(sentence string) string {
	return strings.TrimFunc(sentence, func(r rune) bool { return unicode.IsPunct(r) || unicode.IsSpace(r) })
}

// isWord says whether a sign of the topic is the whole sentence: 住院了. Whose, and what for, is asked.
func (l Likely) isWord(sentence string) bool { return !l.Asked && Plain(l.Named) == sentence }

// wished says whether a part of a sentence is a wish by itself.
func (l Likely) wished() bool {
	return l.Confidence >= Doubted || l.Named != "" && l.Confidence >= Doubted/2
}

// rivalled sees to it that a topic which is asked for by a phrase is offered beside one that the sentence only sounds
// like: a union's own service with three examples beside one with forty.
func (r *Reading) rivalled() bool {
	if len(r.Likely) == 0 || r.Likely[0].Asked {
		return false
	}
	i := slices.IndexFunc(r.Likely, func(l Likely) bool { return l.Asked })
	if i < 0 {
		return false
	}
	rival := r.Likely[i]
	rival.Confidence = max(rival.Confidence, Doubted/2)
	r.Likely = slices.Insert(slices.Delete(r.Likely, i, i+1), 1, rival)
	r.Likely[0].Confidence = min(r.Likely[0].Confidence, Doubted)
	r.Why = Rivalled
	return true
}

// sure says whether a topic is taken without asking, where nothing is asked for that likely.
func (l Likely) sure(idle float64) bool {
	switch b := l.bar(); {
	case l.Open, l.alone < b.alone, idle > b.idle, l.meant(idle) < b.meant:
		return false
	case l.Leads: // what follows a phrase may be anything
		return l.Confidence >= Doubted/2
	case !l.Asked && len([]rune(l.Named)) < longWord: // a short sign is an everyday word too
		return l.Confidence >= UnnamedFrom
	default:
		return l.Confidence >= SureFrom
	}
}

func (r Reading) doubted() Reading {
	for i := range r.Likely {
		r.Likely[i].Confidence = min(r.Likely[i].Confidence, Doubted)
	}
	return r
}

// withoutNegated leaves out the parts of a sentence that say what is not wanted.
func withoutNegated(sentence string) (rest string, negated bool) {
	var kept []string
	for _, part := range breaks.Split(sentence, -1) {
		if bare := notNegation.ReplaceAllString(part, ""); negation.MatchString(bare) || plainNo.MatchString(bare) {
			negated = true
			continue
		}
		kept = append(kept, part)
	}
	if !negated {
		return sentence, false
	}
	return strings.Join(kept, ","), true
}

func (m *Model) isHearsay(sentence string) bool {
	if hearsay.MatchString(sentence) && !ownWish.MatchString(sentence) {
		return true
	}
	// What is quoted is somebody else's: without it the sentence has to mean something still.
	if bare := quoted.ReplaceAllString(sentence, ","); bare != sentence {
		left := m.likely(bare)
		return len(left) == 0 || !left[0].sure(m.idleness(bare))
	}
	return false
}

// secondWish finds the two topics of a sentence that has two wishes.
func (m *Model) secondWish(sentence string) (two []Likely, ok bool) {
	at := further.FindStringIndex(sentence)
	if at == nil || stillLeft.MatchString(sentence[at[0]:]) {
		return nil, false
	}
	if two := m.namedApart(breaks.Split(sentence, -1)); len(two) > 1 {
		return two, true
	}
	first, second := m.likely(sentence[:at[0]]), m.likely(sentence[at[1]:])
	if len(first) == 0 || len(second) == 0 || first[0].Topic == second[0].Topic || !first[0].wished() || !second[0].wished() {
		return nil, false
	}
	return []Likely{first[0], second[0]}, true
}

// apart finds what else parts of a sentence ask for that is taken for one wish, whatever joins them: each is read by itself, and
// one that would be another topic's alone is another wish. Who begins with what is wanted tells of it in what follows, unless
// that wants something too. nil where there is nothing else.
func (m *Model) apart(first Likely, parts []string) (two []Likely) {
	if len(parts) < 2 {
		return nil
	}
	for _, part := range parts {
		l := m.likely(part)
		switch {
		case len(l) == 0, l[0].Topic == first.Topic, l[0].alone < another.alone, first.Leads && !l[0].Asked && !wish.MatchString(part):
		case m.idleness(part) <= another.idle:
			return []Likely{first, l[0]}
		}
	}
	return nil
}

// namedApart finds the topics that parts of a sentence name, each by itself.
func (m *Model) namedApart(parts []string) (named []Likely) {
	for _, part := range parts {
		l := m.likely(part)
		if len(l) == 0 || l[0].Named == "" || !l[0].wished() {
			continue
		}
		if !slices.ContainsFunc(named, func(other Likely) bool { return other.Topic == l[0].Topic }) {
			named = append(named, l[0])
		}
	}
	return named
}
