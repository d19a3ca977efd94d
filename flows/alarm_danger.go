package flows

import (
	"regexp"
	"slices"
	"strings"

	"github.com/unionbot/unionbot/union/service"
)

// What sounds like danger, whatever the trade. A service's file adds its own words.
var danger = anyOf(fails + "|" + calls)

const fails = `(着火|起火|冒烟|爆炸|触电|漏电|漏气|漏煤气|跑煤气|煤气泄漏|泄漏|塌|坍塌|坠落|中毒|压住|夹住|卷进去|晕倒|掉下来|砸下来|断裂|失控)了.{0,12}$|` +
	`(快|要|就要|马上要)(断|塌|掉下来|砸下来|炸|爆炸|翻)(了|[,，。!！\s]|$)|(快|要)倒(了|下来|塌)|` +
	`(正在|在|还在)(冒烟|漏气|漏电|泄漏|着火|起火|倾斜|下沉)`

// calls is what calls for help, or tells of people who are hurt or caught: that is never doubted.
const calls = `救命|jiu ?ming\b|Jiu ?ming\b|JIU ?MING\b|kuai ?lai ?ren\b|Kuai ?lai ?ren\b|快来人|来人(啊|呀)|出人命|有人(受伤|晕倒|触电|被困|被压|被埋|被卷|中毒|掉下|坠落|摔下)|被困(在|住|了)|(手|脚|胳膊|腿|头发|人)被(卷|夹|压|埋)`

var callsHelp = anyOf(calls)

// What tells that nobody is in danger now: it is past, feared, proposed or asked about, or no more than a phrase. Such a
// sentence is asked about, and rings nobody by itself.
var (
	noDanger = regexp.MustCompile(`早晚|迟早|总有一天|人(?:都|也)?(?:快|要|就要)+垮|身体[^,，]{0,4}垮|累垮|上(个)?月|上(个)?周|上次|去年|前年|前天|昨天|昨晚|以前|之前|曾经?|过一次|过去|每次|每天|天天|经常|容易|` +
		`如果|要是|万一|假如|怕|担心|防止|避免|预防|以免|会不会|怎么办|建议|希望|演练|演习|培训|学习|听说|新闻|电影|视频里|` +
		`慰问|工伤|赔|报销|申请|救济|救助|补助|家里|我家|老家|房子|吗[??]?$|什么`)
	figurative = regexp.MustCompile(`(网|网络|信号|电话|手机|流量|话费|视频|电量|会议|名额|时间|心态|天)(都)?(快|就|马上)?要?(断|塌|炸|爆)|我(都|真|的)?(快|要)+炸`)
)

// nobodyHurt says that nobody is: 没有人受伤. It is taken out before a text is looked at, for it says of a danger what it is not.
var nobodyHurt = regexp.MustCompile(`(?:没有?|无)(?:什么)?人(?:员)?(?:受?伤亡?|被困|触电|中毒|晕倒|被[压埋卷])`)

const (
	// alarmSure rings at once, whatever is going on.
	alarmSure = 1
	// alarmMaybe asks first.
	alarmMaybe = 0.6
)

// soundsOfDanger says how sure it is that somebody is in danger now: 0 where nothing tells of it.
func soundsOfDanger(a service.Alarm, text string) float64 {
	text = nobodyHurt.ReplaceAllString(text, gap)
	switch own := namesDanger(a, text); {
	case !own && !danger.MatchString(text), figurative.MatchString(text):
		return 0
	case noDanger.MatchString(text):
		return alarmMaybe
	}
	return alarmSure
}

// namesDanger says whether a text has a word of danger that the service's file has.
func namesDanger(a service.Alarm, text string) bool {
	return slices.ContainsFunc(a.Phrases, func(phrase string) bool { return strings.Contains(text, phrase) })
}

// doubtsDanger says whether words of danger are hardly a cry by what was learnt of cries: such a sentence is asked about, and rings
// nobody by itself. Of hands that were left out every cry of danger is heard twice that loud. A word of the service's file is taken as
// it is, and so are a cry for help, what is acute, and what is too short to tell anything by.
func (t *trained) doubtsDanger(a service.Alarm, text string) bool {
	if letters(text) < cryLetters || plainDanger(a, text) {
		return false
	}
	_, likely := t.ear.Hear(withoutLookAlikes(text))
	return likely < cryUnsure
}

// plainDanger says whether a text has words of danger that mean nothing else: those of the service's file, a cry for help, and what
// is acute.
func plainDanger(a service.Alarm, text string) bool {
	return namesDanger(a, text) || callsHelp.MatchString(text) || acuteIn(text)
}

// dangerIn is alarmScore of the services that ring, and which one it is: one that rings for sure before one that asks, and before
// one that is not sure; doubted is true where it is asked about.
func (t *trained) dangerIn(text string) (rings *service.Service, score float64, doubted bool) {
	for _, s := range t.services {
		if !s.Alarm.Rings() {
			continue
		}
		switch found := alarmScore(s.Alarm, text); {
		case found == alarmSure && !t.doubtsDanger(s.Alarm, text):
			return s, found, false
		case found > score:
			rings, score, doubted = s, found, found == alarmSure
		}
	}
	return rings, score, doubted
}

// soundIn is dangerIn within a conversation, where only what is sure counts.
func (t *trained) soundIn(text string) (rings *service.Service, doubted bool) {
	for _, s := range t.services {
		if !s.Alarm.Rings() || soundsOfDanger(s.Alarm, text) != alarmSure {
			continue
		}
		if !t.doubtsDanger(s.Alarm, text) {
			return s, false
		}
		if rings == nil {
			rings, doubted = s, true
		}
	}
	return rings, doubted
}

// dangerAround is soundIn for whoever is asked about their own life, and speaks in words of what breaks of themselves: 整个世界要塌了.
// What may mean them rings nowhere.
func (t *trained) dangerAround(text string) *service.Service {
	s, doubted := t.soundIn(text)
	if s == nil || doubted {
		return nil
	}
	if kind, likely := t.ear.Hear(withoutLookAlikes(text)); plainDanger(s.Alarm, text) || kind == cryDanger && likely >= cryWithin {
		return s
	}
	return nil
}

// alarmScore is how sure a sentence reports danger that begins a conversation. In the middle of one, where people tell
// what happened once, soundsOfDanger decides alone.
func alarmScore(a service.Alarm, text string) float64 {
	if urgentIn(text) == urgentDanger {
		return alarmSure
	}
	return soundsOfDanger(a, text)
}

// places are the things by which people say where they are.
var places = regexp.MustCompile(`(?:[一二三四五六七八九十两\d]+\s*(?:号|#|车间|分厂|工段|线|楼|层|期)?\s*){0,2}` +
	`(?:行车|天车|吊车|塔吊|锅炉房|锅炉|高炉|转炉|电炉|炉台|炉口|炉|车间|厂房|仓库|料仓|库房|泵房|配电室|配电柜|变电所|控制室|皮带机|皮带|储罐|气柜|管道|管廊|` +
	`脚手架|平台|基坑|电梯|叉车|铁水包|钢包|机床|冲床|压机|宿舍|食堂|更衣室|大门|\d+号楼|楼梯)`)

// placeIn finds what a sentence says of where it is: 三号行车. It is a guess, and empty where there is none.
func placeIn(text string) string { return strings.Join(strings.Fields(places.FindString(text)), "") }
