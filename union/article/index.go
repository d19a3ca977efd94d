package article

import (
	"maps"
	"math"
	"slices"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Hit is a paragraph that may be the answer.
type Hit struct {
	*Paragraph
	// Score is how well it fits, from 0 to 1: 1 is a question that is written in the article.
	Score float64
}

// Scores of a hit, found by testdata/questions.tsv: from SureScore on the paragraph is the answer, below LikelyScore it is
// not worth showing. A second one that is nearer than CloseScore makes the person choose.
const (
	SureScore   = 0.5
	LikelyScore = 0.35
	CloseScore  = 0.05
)

const (
	mostHits = 3
	// leastAsked is how many characters a question has at least; a shorter text is a topic or nothing.
	leastAsked = 3
	// loneWeight is the weight of a single character beside a pair of them. It is what a slip of the pen leaves.
	loneWeight = 0.4
	// commonWeight is the weight of what any question has: 多少.
	commonWeight = 0.35
	// adriftWeight lessens the score of what has no anchor in common, so that it is never sure.
	adriftWeight = 0.45
	// writtenLike is how near a question is that stands in the article, whatever it names.
	writtenLike = 0.9
	// likeShare is the part of the score that comes from the nearest question; the rest is how much of what was asked the
	// paragraph speaks of.
	likeShare = 0.65
)

// particles say nothing about what is asked, and of what means the same one way of saying it is kept.
var particles = strings.NewReplacer(slices.Concat(
	to("", "请问一下", "请问", "我想问一下", "我想问", "想问问", "想问", "问一下", "我想知道", "想知道", "能不能告诉我", "麻烦", "您好", "你好", "到底", "一般", "一共",
		"大概", "咱们", "咱", "我们", "你们", "吗", "呢", "啊", "呀", "吧", "嘛", "了", "的", "哦", "还"),
	to("几天", "是多少天", "有多少天", "多少天", "有几天", "是几天", "几日"),
	to("多久", "是多长时间", "多长时间", "多久之内", "多久以内", "多久内", "是多久", "多少时间", "几年"),
	to("多少", "有多少", "是多少", "能给多少", "给多少", "发多少"),
	to("什么", "是什么", "有什么", "啥", "哪些", "有哪些"),
	to("怎么算", "是怎么算", "怎么计算", "怎样计算", "如何计算"),
	to("怎么", "怎样", "如何", "该怎么", "应该怎么", "要怎么"),
	to("能", "能不能", "可不可以", "可以", "能否"),
	to("有", "有没有"), to("要", "需要", "要不要"),
	to("月", "每个月", "每月", "一个月"),
	to("父母", "父亲", "母亲", "爸爸", "妈妈", "爸妈"), to("生孩子", "生小孩", "生娃"),
)...)

// to says by what words are replaced.
func to(by string, words ...string) (pairs []string) {
	for _, w := range words {
		pairs = append(pairs, w, by)
	}
	return pairs
}

// common are the characters of questions rather than of topics.
const common = "多少几有是什么怎样算天钱给发可以能要会不请工标准期间时候久月谁哪元块在个"

// normal is a text without signs, blanks and particles.
func normal(text string) string {
	text = strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, text)
	return particles.Replace(text)
}

// features are the pairs of neighbouring characters and the characters themselves, each once.
func features(text string) map[string]float64 {
	set := map[string]float64{}
	last := rune(0)
	for _, r := range normal(text) {
		weight, lone := 1.0, loneWeight
		if strings.ContainsRune(common, r) {
			lone = loneWeight * commonWeight
			if strings.ContainsRune(common, last) {
				weight = commonWeight
			}
		}
		set[string(r)] = lone
		if last != 0 {
			set[string(last)+string(r)] = weight
		}
		last = r
	}
	return set
}

// entry is a paragraph with what it is found by.
type entry struct {
	paragraph *Paragraph
	named     map[string]float64 // questions, heading, title and keywords
}

// index finds the paragraphs and questions that share a feature with what is asked, without looking at the others.
type index struct {
	articles  []*Article
	byID      map[string]*Paragraph
	topics    map[string][]*Paragraph // by normal title or keyword
	entries   []entry
	questions []written
	idf       map[string]float64
	unseen    float64
	// asked has the questions that hold a feature, with its weight there; the others have entries.
	asked map[string][]share
	named map[string][]int
	// anchors are the pairs that tell an article from the others: those of its names, those of the heading that one more
	// has at most, and those that no other has. A question without any, such as 要什么材料, may be about anything.
	anchors map[string][]int
}

// written is a question of a paragraph, and the weight of all its features.
type written struct {
	entry int
	mass  float64
}

// share is what a feature weighs in a question.
type share struct {
	question int
	weight   float64
}

func newIndex(articles []*Article) *index {
	x := &index{
		articles: articles, byID: map[string]*Paragraph{}, topics: map[string][]*Paragraph{}, idf: map[string]float64{},
		asked: map[string][]share{}, named: map[string][]int{}, anchors: map[string][]int{},
	}
	articlesWith := map[string]map[string]bool{}
	for _, a := range articles {
		for _, p := range a.Paragraphs {
			x.byID[p.ID()] = p
			e := newEntry(p)
			for f := range e.named {
				if articlesWith[f] == nil {
					articlesWith[f] = map[string]bool{}
				}
				articlesWith[f][a.Name] = true
				x.named[f] = append(x.named[f], len(x.entries))
			}
			x.entries = append(x.entries, e)
		}
		for _, name := range append([]string{a.Title}, a.Keywords...) {
			x.topics[normal(name)] = append(x.topics[normal(name)], a.Paragraphs[:min(len(a.Paragraphs), mostHits)]...)
		}
	}
	n := float64(len(x.entries))
	for f, in := range x.named {
		x.idf[f] = math.Log(1 + n/float64(len(in)))
	}
	x.unseen = math.Log(1 + n)
	for i, e := range x.entries {
		for f := range anchors(e, articlesWith) {
			x.anchors[f] = append(x.anchors[f], i)
		}
		x.addQuestions(i, e.paragraph.Questions)
	}
	return x
}

func newEntry(p *Paragraph) entry {
	a := p.Article
	e := entry{paragraph: p, named: features(a.Title + " " + p.Heading + " " + strings.Join(a.Keywords, " "))}
	for _, q := range p.Questions {
		maps.Copy(e.named, features(q))
	}
	return e
}

func (x *index) addQuestions(entry int, questions []string) {
	for _, q := range questions {
		mass := 0.0
		for f, w := range features(q) {
			weight := x.weight(f, w)
			mass += weight
			x.asked[f] = append(x.asked[f], share{len(x.questions), weight})
		}
		x.questions = append(x.questions, written{entry, mass})
	}
}

func anchors(e entry, articlesWith map[string]map[string]bool) map[string]bool {
	found := map[string]bool{}
	for _, name := range append([]string{e.paragraph.Article.Title}, e.paragraph.Article.Keywords...) {
		for f := range features(name) {
			if isPair(f) && strings.Trim(f, common) != "" {
				found[f] = true
			}
		}
	}
	heading := features(e.paragraph.Heading)
	for f := range e.named {
		most := 1
		if heading[f] > 0 {
			most = 2
		}
		if isPair(f) && !strings.ContainsAny(f, common) && len(articlesWith[f]) <= most {
			found[f] = true
		}
	}
	return found
}

func isPair(feature string) bool { return utf8.RuneCountInString(feature) == 2 }

func (x *index) weight(feature string, w float64) float64 {
	idf, seen := x.idf[feature]
	if !seen {
		idf = x.unseen
	}
	return w * idf
}

// find lists the paragraphs whose score is worth showing.
func (x *index) find(text string) []Hit {
	if utf8.RuneCountInString(normal(text)) < leastAsked {
		return nil
	}
	mass := 0.0
	shared := make([]float64, len(x.questions))
	covered := make([]float64, len(x.entries))
	anchored := make([]bool, len(x.entries))
	for f, w := range features(text) {
		weight := x.weight(f, w)
		mass += weight
		for _, s := range x.asked[f] {
			shared[s.question] += s.weight
		}
		for _, i := range x.named[f] {
			covered[i] += weight
		}
		for _, i := range x.anchors[f] {
			anchored[i] = true
		}
	}
	like := make([]float64, len(x.entries))
	for i, q := range x.questions {
		like[q.entry] = max(like[q.entry], 2*shared[i]/(mass+q.mass))
	}
	var hits []Hit
	for i, e := range x.entries {
		score := likeShare*like[i] + (1-likeShare)*covered[i]/mass
		if !anchored[i] && like[i] < writtenLike {
			score *= adriftWeight
		}
		score = math.Round(1e4*score) / 1e4 // the last digits differ from one time to the next, as maps do
		if score >= LikelyScore {
			hits = append(hits, Hit{e.paragraph, score})
		}
	}
	sort.SliceStable(hits, func(i, j int) bool { return hits[i].Score > hits[j].Score })
	return hits[:min(len(hits), mostHits)]
}

// Topic lists the paragraphs of what a text names and says no more: 产假.
func (l *Library) Topic(text string) []*Paragraph { return l.index.Load().topics[normal(text)] }
