package understanding

import "strings"

// Plain writes the words that dialects have for wanting, not having, asking and people as all of China reads them, so that
// an example from Sichuan also teaches what is said in Guangzhou, and a rule that knows 不想 knows 唔想. Words that mean
// something else elsewhere (人工 is a wage in Guangzhou, 好久 a question in Chengdu) are left. It is for comparing: what a
// person wrote is kept.
func Plain(sentence string) string { return dialects.Replace(sentence) }

// The earlier of two that begin alike is taken.
var dialects = strings.NewReplacer(
	// Guangzhou
	"唔该晒", "谢谢", "唔该", "谢谢", "唔使", "不用", "唔好", "不要", "唔知", "不知道", "唔", "不", "系咪", "是不是", "冇咗", "没有了", "冇得", "没有", "冇", "没有",
	"咗", "了", "喇", "了", "哋", "们", "嘅", "的", "嗰", "那", "呢个", "这个", "呢单", "这件", "呢件", "这件", "呢啲", "这些", "啲", "些", "咁", "这么",
	"边个", "谁", "边位", "谁", "边度", "哪里", "边处", "哪里", "而家", "现在", "依家", "现在", "几时", "什么时候", "点解", "为什么", "点样", "怎么样", "点算", "怎么办",
	"乜嘢", "什么", "乜", "什么", "嘢", "事", "佢", "他", "睇", "看", "搵", "找", "揾", "找", "倾下", "聊聊", "倾计", "聊天", "倾偈", "聊天", "畀", "给", "俾", "给",
	"嚟", "来", "攞", "拿", "喺", "在", "返工", "上班", "收工", "下班", "放工", "下班", "瞓", "睡", "细路", "孩子", "屋企", "家里", "好似", "好像", "听讲", "听说",
	"老细", "老板", "谂", "想", "攰", "累",
	// Chengdu
	"莫得", "没有", "没得", "没有", "啥子", "什么", "咋个", "怎么", "啷个", "怎么", "晓不晓得", "知不知道", "晓得", "知道", "屋头", "家里", "娃儿", "孩子", "婆娘", "老婆",
	"摆龙门阵", "聊天", "摆一哈", "聊一下", "别个", "别人", "咯", "了",
	// Zhengzhou and the north-east
	"俺", "我", "恁", "你", "嘞", "了", "咧", "了", "中不中", "行不行", "弄啥", "干什么", "嘎哈", "干什么", "干哈", "干什么", "唠嗑", "聊天",
	"唠唠", "聊聊", "寻思", "想", "埋汰", "脏", "得劲", "舒服", "仨", "三", "甭", "不用",
)
