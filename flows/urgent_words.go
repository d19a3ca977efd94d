package flows

import (
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"unicode"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union/understanding"
)

// urgency is what a sentence says that can wait for no form.
type urgency string

const (
	notUrgent urgency = ""
	// urgentLife is a wish to die, to hurt oneself or to hurt others.
	urgentLife urgency = "life"
	// urgentReported is such a wish that is told of by others: of those it is asked whether all is well with themselves.
	urgentReported urgency = "reported"
	// urgentDanger is danger to life or limb that is there now.
	urgentDanger urgency = "danger"
)

// lookAlikes are everyday words that hold the words of danger, and are taken out first: 活动室, 累死了, 上吊钩, 倒班.
var lookAlikes = anyOf(`活动|活跃|活泼|活络|活儿|活计|干活|(?:重|累|脏|农|零|这|那|些|的|多|干|派)活|` +
	`(?:累|饿|渴|热|冷|烦|气|笑|困|忙|吵|臭|疼|痛|急|贵|咸|辣|堵|慢|脏|闷|冻|晒|愁|吓|丑|烫|呛|熏|乐|爱|恨|难吃|恶心|无聊|羡慕|高兴|后悔|麻烦|讨厌)死(?:了|人了|人|我了|我|个人)?|` +
	`想死(?:你|我|他|她)了|死(?:机|角|板|锁|循环|胡同|活|党|心眼|记|工资|鱼|老鼠|点|面|规定|任务|线|皮赖|猫|树)|(?:卡|锁|焊|堵|堆|封|钉|关|定|拧|抱|憋|咬|压|塞)死(?:了)?(?:没|,|$|在|的|那|走|推|打|拧|转|动|不)|` +
	`广场舞[^。]{0,10}跳|想跳[^,]{0,3}(?:舞|绳|操|槽)|(?:电闸|总闸|闸刀|空开|开关|断路器|漏保)[^,我想]{0,6}跳(?:了|$|,)|跳楼(?:价|机|甩卖|大减价)|上吊(?:钩|装|车|运|具|篮|绳|环|耳|点|带|索|着|东西|物|起)|刀(?:片|具|头|架|柄|杆|盘|库|口|闸|补)|杀(?:毒|价|青|虫|菌|鸡|猪|鱼)|` +
	`(?:预防|防|防止|防范|避免)(?:有人|工人|职工|员工)?(?:跳楼|自杀|触电|火灾|爆炸|中毒|泄漏|坍塌|坠落)|自杀预防|(?:自杀|触电|火灾|消防|泄漏|爆炸|中毒)(?:演练|培训|讲座|应急|预案|电影|新闻|事故案例|险)|` +
	`(?:机|泵|炉|车|阀|设备|风扇|空调|水管|产线|手机|电脑)[^,]{0,3}(?:都|也|快|要|就)*活不成|` +
	`倒(?:班|闸|车|角|休|垃圾|水|料|计时|运|卖|茶|贴)|断(?:货|供|粮|交|网|奶|档|电|水)|爆(?:满|料|款|胎|破|仓)|打(?:我|他|她|你)(?:的)?(?:电话|手机)|喷火枪|爆表|掉(?:漆|色|队|头发|线|链子)`)

// Wishes to die or to hurt, in what is left without signs and blanks.
var wishesHarm = anyOf(`(?:想|要|要去|想去)(?:跳搂|跳娄|割碗)|不(?:该|配)(?:再)?活(?:着|在)|还活个(?:什么|啥|屁)|只有死(?:路|能|才|了|$|,)|(?:怎么|咋|咋个)死(?:法|得|才|不|最|$|,)|不(?:疼|痛|痛苦|难受)的(?:走法|死法)|(?:吃|吞)(?:了)?(?:多少|几)[^,]{0,4}(?:会|能|才)死|吞了一?(?:把|瓶|整瓶|半瓶)|(?:裤腰带|绳子?|皮带)[^,]{0,8}(?:套|勒|绕)[^,]{0,4}脖|脖子?[^,]{0,4}(?:套|勒)[^,]{0,4}(?:绳|带)|(?:下辈子|来世|来生)(?:见|再见|还你|报|做牛)|江湖不见|(?:桥|楼顶|天台|江边|河边|湖边|水边|铁轨|铁路边|窗台)[^。]{0,14}(?:就这样吧|再见|都结束|到此为止|不回去了)|(?:我|站|坐|爬)[^,]{0,6}(?:楼顶|天台|窗台|桥栏|栏杆外)(?:上|边)?[^。]{0,3}(?:风(?:挺|好)大|往下看|想下去)|(?:少|缺)(?:了)?我(?:一个)?(?:地球|日子|厂里)?[^,]{0,2}照转|拿[^,]{1,4}(?:抽|抡|追|砍|捅)我|烫自己|(?:拿|用)头撞|头撞墙|(?:不想|不愿|不愿意|不要|没心思)(?:再)?(?:继续)?活|(?:我|就|也|都)不活了|活(?:着|得|下去|起)?(?:真的?|太|好|也|都|还|又|实在|就是|有)*(?:没|没有|没啥|没什么|什么|啥)(?:个)?(?:意思|意义|劲|盼头|奔头|希望|价值)|` +
	`活不(?:下去|成|起|了了|了几)|活(?:腻|够)|(?:没法|没办法|没脸|怎么|没有勇气)活|没(?:有)?(?:了)?活路|活着(?:太|真|好|就是|是)(?:累|苦|痛苦|受罪|受)|活受罪|活着(?:干什么|干嘛|干啥|还有)|生不如死|` +
	`了结(?:了)?(?:自己|我|生命|此生|这|余生|性命|算)|结束(?:自己|我的?|这)?(?:的)?(?:生命|性命|一切|命|一生|痛苦)|结束自己|自杀|轻生|自尽|自残|自伤|自焚|寻死|寻短|觅死|一了百了|割(?:腕|脉|自己|手腕)|` +
	`(?:想|要|去|准备|就|我)(?:上吊|投河|投江|投湖|撞墙|卧轨)|上吊(?:自|死|算)|吊死|跳(?:楼|河|江|湖|海|桥|井|崖)|(?:我|想|要|就|从)[^,]{0,10}跳下去|喝(?:了)?(?:农药|百草枯|敌敌畏|药水自)|安眠药[^,]{0,6}(?:吃|吞|喝|攒|够)|(?:吃|吞|喝)[^,]{0,6}安眠药|吞药|烧炭自|开煤气自|` +
	`没(?:有)?(?:什么|啥)?(?:好|可|值得)?留恋|(?:对不起|谢谢|感谢)[^。]{0,8}(?:先走|走了)|(?:孩子|爸妈|父母|老人|家里|后面的事)(?:就)?(?:拜托|托付|交给)(?:给)?(?:你们?|大家|您)|没(?:有)?(?:了)?我[^,]{0,4}(?:省心|轻松|解脱|清净|好过)|(?:以后|明天|今后)[^,]{0,3}(?:不用|不必|别)(?:再)?(?:找|等|联系|管)我|` +
	`割(?:了|开|伤|破)?(?:我|自己)?(?:的)?(?:手|腕|脉|动脉)|血止不住|自(?:sha|s)|` +
	`(?:又|在|正|正在|现在|刚|刚才|喝多了|一直)[^,]{0,6}(?:打|揍|踹|掐)(?:我|着我|我们)|掐(?:着|住)?(?:我|她)(?:的)?(?:脖|喉)|(?:在|又|一直)?(?:砸|踹|撬)(?:我家?|我们)?(?:的)?门|围着?(?:打|殴)|(?:被|挨)[^,]{0,6}(?:围殴|群殴|毒打|往死里打)|躲(?:在|进)?[^,]{0,3}(?:厕所|卫生间|柜子|床底|衣柜|库房)[^。]{0,3}(?:了|不敢|里)|` +
	`遗书|遗言|(?:安排|交代|准备)好?了?(?:我的?|自己的?)?后事|(?:我|真|就|很|好|都|只|老|总|还|想)想死|^想死|想(?:要)?去死|我(?:要)?去死|死了(?:算|好|干净|一了|拉倒|得了|就好|就解脱|倒|大家|清净)|死给|不如(?:死|去死|一死)|一死(?:了|百|算)|死(?:掉|了)(?:算|更好|最好)|(?:想|要)死的心|` +
	`(?:我|要是我|等我)(?:要是)?(?:死|没|不在)了(?:你们?|他们|大家|才|就|以后|之后|是不是|孩子|谁)|(?:没有?|少)(?:了)?我(?:会|就|大家|他们|你们|家里)?(?:更|都|可能)*好|我(?:走|不在)了(?:以后|之后)?[^,]{0,8}(?:照顾|孩子|爸|妈|难过|怎么过)|` +
	`(?:离开|告别|永别)(?:这个|了这)?(?:世界|人世|人间)|(?:从|在)(?:这个)?(?:世界|世上|人间)(?:上)?消失|我?想(?:彻底|永远)?(?:消失|解脱)|再见了?(?:这个)?世界|(?:不想|不用|不要|别)(?:再)?醒(?:来|过来)|一睡不醒|来世再|下辈子再|` +
	`^?我(?:真的?|实在|快|已经|感觉|觉得|也|都|就|要)*(?:撑|熬|挺)不(?:下去|住了|过去)|伤害(?:我)?自己|划自己|自我了断|了断(?:自己|算|此生|这条命)|没(?:有)?(?:个)?活头|(?:不想|不愿)(?:再)?(?:撑|熬|挺)(?:了|下去)|绳子(?:都)?(?:准备|买|系)|(?:准备|买|系)好?了?绳子|恨不得(?:去|马上)?死|拖累(?:家里|你们|大家|家人|孩子|他们|爸妈)|累赘[^。]{0,8}走了|(?:想|就)往下跳|(?:想|就)+(?:这|那)(?:么|样)跳(?:$|,|了|吧|算)|想跳(?:吧|了|算了|出去)|(?:天台|楼顶|顶楼|楼上|高处|桥上|桥边|窗台|窗户|窗口|栏杆|江边|河边|湖边|海边|井口|崖边|水塔|烟囱|塔吊)[^。]{0,14}(?:想|不如|我就|我要)跳(?:$|,|吧|了|算|得了|出去|进去|过去)|(?:站|坐|爬)在?[^,]{0,4}(?:楼顶|天台|桥边|栏杆外)[^。]{0,6}(?:跳|不想下)|(?:手腕|胳膊|手臂)(?:上)?(?:划|割)|(?:买|藏|备|弄)(?:好)?(?:了)?(?:一瓶)?(?:农药|百草枯|毒药|老鼠药)|药都?(?:准备|备|攒|买)好|不如[^,]{0,8}一起死|只有死路|死路一条|(?:今晚|今天|现在|彻底|就|想|一起)解脱|不想(?:或|火|和|伙)了|不像活了|想(?:亖|四了|鼠了)|紫砂自己|自鲨|` +
	`(?:剁|宰|废|做掉|干掉|弄残|打残)了?(?:他|她|你|他们|你们|班长|领导|主任)|把(?:他|她|你|他们|班长|领导|主任)[^,]{0,2}(?:剁|宰|砍|捅|杀|废|弄死|做|干掉|打残)|(?:弄|整|打|砍|捅|搞|掐|勒|毒|炸|烧)死(?:他|她|你|我|它|那|这|班长|领导|主任|厂长|队长|全家|人|老板|车间主任|自己|你们)|同归于尽|(?:砍|捅)(?:人|他|她|你|了他|了她|了你|死|班长|领导|主任|几个|两刀|一刀)|(?:想|要|去|敢|就)杀(?:人|他|她|你|了|死|光)|杀了(?:他|她|你|他们|班长|领导|主任|全家|老板|那)|` +
	`(?:带|拿|提|抄|揣|买)(?:着|了|把|上|起)*(?:把|菜|水果|砍)?刀(?:去|找|砍|捅|来|,|$|等|划|跟|上|在)|(?:放火|一把火)烧|点(?:火|了)(?:烧)?(?:车间|厂|办公|公司|单位|他家)|(?:炸|烧)(?:了|掉|平)(?:这(?:个|家|里)?|那)?(?:车间|厂|办公|公司|单位|他|你们|工厂)|要(?:了)?(?:他|她|你)(?:的)?命|(?:跟|和|找)(?:他|她|你|他们|领导|班长)们?拼(?:命|了|个)|拼个你死我活|灭(?:他|她|你|了)(?:全家|满门)|报复(?:社会|他们|全厂)|` +
	`buxianghuo|zisha|xiangsi(?:le|$)|woxiangsi|huobuxiaqu|huozhemeiyisi|gewan|tiaolou|buhuole`)

// Danger that is there now. What is past, feared, proposed or applied for is none, however it is called.
var (
	acute = anyOf(`(?:熏|呛|毒|闷|麻|烤|药)(?:倒|昏|晕|翻)(?:了|一|两|二|三|四|五|六|几|好几|俩|人|在|下)|(?:砸|撞|震|炸|打)(?:倒|昏|晕)(?:了)?(?:一个|两个|二个|三个|几个|好几|俩|人)|(?:味|烟|火|漏|响|炸|呛)[^。]{0,8}(?:往外|四处|往楼下)跑|(?:挂|吊|悬)在?(?:半空|空中)|一个接(?:着)?一个(?:地)?(?:倒|晕)|手指头?(?:都|也)?(?:断|掉|没)了|(?:心脏|心跳|呼吸)[^,]{0,3}(?:不跳|停)了|嘴里白沫|(?:(?:老|小)\p{Han}|师傅|工友|同事|有人|一个人|两个人|俩人|人)[^,病]{0,3}(?:倒|趴|瘫)在(?:地|门口|那|里|边|旁|炉|机|车|水|坑|血|上|下)|口吐白沫|(?:人|手|手指|脚|腿|胳膊|身子|他|她|师傅)[^,]{0,6}(?:拽|拔|抽|救|扒|捞|拖|拉)不(?:出来|上来|出去)|有人[^,]{0,8}(?:晕|昏|卡在|卡住|困在|绞进|绞住|触电|休克|没气)|(?:有人|一个人|两个人|工友|师傅|同事)[^,]{0,2}(?:卷|掉|摔|跌|滑|压|夹|埋|陷|吸|困|卡|绞|挤|咬)[^,]{0,6}(?:里|下|进去|底下|住)(?:了|,|$)|(?:喊|叫)(?:不应|不答应|不醒|没反应|没人应|没动静)|(?:下去|进去)[^,]{0,3}(?:个人|人)[^。]{0,6}(?:没上来|没出来|不应|没声)|kuailairen|meiqi(?:xie)?lou|youren(?:chudian|shoushang|zhongdu|bei|diao)|baozhale|救命|救救(?:我|他|她|人)|快来人|来人(?:啊|呀|哪|救)|快来救|快救(?:人|他|我)|出人命|死人了|(?:着火|起火|失火|走火|着大火|冒火|爆炸|爆燃|闪爆)(?:了|啦|,|$)|(?:大火|火势)|` +
		`(?:触电|电击|电倒|电着|电到)(?:了|倒|昏|晕|人)|(?:有人|工友|师傅|同事|人)(?:触电|中毒|落水|溺水|坠落|被电|中暑)|(?:晕|昏)(?:倒|死|迷|厥|过去)(?:了|在|不|,|$)|(?:有人|工友|师傅|同事|人)[^,]{0,4}(?:晕|昏)(?:倒|迷|过去|厥)|(?:没|没有)(?:呼吸|心跳|了?气儿?)了|叫不醒|不省人事|抽搐|休克|吐血|大出血|喷血|流(?:了)?(?:好多|很多|一地|大量|不少|着)血|满(?:身|脸|头|地)(?:是|都是)血|血流|` +
		`(?:被困|困在|困住)|(?:被|给)?(?:压|夹|卡|埋|绞|卷|砸|轧|碾|烫|撞|挤|吊)(?:住|进|着|倒|伤|断|死|在|中|到)了?[^,]{0,4}(?:人|手|脚|腿|胳膊|头|身|腰|里面|底下|下面)|(?:人|手|脚|腿|胳膊|头发|衣服|袖子|手指|头|师傅|工友|同事|老\p{Han}|小\p{Han})(?:被|给|让)[^,]{0,6}(?:压|夹|卡|绞|卷|埋|轧|碾|砸|烫|撞|挤)(?:住|进|断|了|伤|着|倒|到|死)|` +
		`(?:煤气|天然气|瓦斯|液化气|燃气|氨气|液氨|氯气|毒气|氧气|氢气|乙炔|硫化氢|一氧化碳|甲醇|甲醛|氮气|盐酸|硫酸|烧碱|苯|熔液|蒸汽|高温油|毒物|化学品)[^,]{0,6}(?:泄漏|泄露|漏了|漏出|漏得|漏着|直漏|猛漏|在漏|往外冒|跑出来|喷|外泄|溢|爆)|(?:钢水|铁水)[^,]{0,4}(?:漏|溢|喷|穿|爆)|漏(?:钢水|铁水|钢|铁)了|(?:泄漏|泄露|漏气|漏毒)了|(?:瓶|罐|桶|管|炉)[^,]{0,2}(?:着|爆|炸)了|(?:带|有)着?电[^。]{0,4}水|水[^。]{0,10}(?:还)?带(?:着)?电|` +
		`有人(?:从[^,]{0,10})?(?:摔|掉|坠|跌|滑)(?:下|进|到|落|[^,]{0,4}(?:坑|池|井|罐|槽|炉|水|包)里)|把人(?:卷|压|夹|砸|埋|撞|电|烫|挤)|倒(?:下|在地)[^。]{0,4}没|(?:师傅|工友|同事|老\p{Han}|小\p{Han})(?:从[^,]{0,10})(?:摔|掉|坠|跌|滑)(?:下|进|到|落)|从[^,]{0,10}(?:摔|坠|跌)下(?:来|去)了?|(?:掉|摔|跌)(?:进|到)[^,]{0,5}(?:坑|池|井|罐|槽|炉|水|沟)里?了?[^,]{0,2}(?:人|快|$|,)|有人(?:受伤|受重伤|伤了|死了|快不行)|重伤|伤得很重|(?:快|要)不行了|心梗发作|心脏病(?:犯|发作)|正在打我|喘不(?:上|过)来?气|胸(?:口|部)?(?:疼|痛|闷)得|没(?:有)?(?:反应|知觉|意识)|闷倒|埋(?:了)?(?:人|\d+个)|(?:煤气|燃气|氨|氯)[^。]{0,12}(?:头晕|恶心|呛|睁不开)|(?:溅|喷|崩|烫)(?:到|进|了)?[^,]{0,3}(?:眼睛|眼里|一脸|脸上)|在打人|持刀|` +
		`jiuming|zhaohuole|qihuole|chudianle`)
	failing = anyOf(`(?:正|正在|还在|一直|在)(?:往下|下)(?:溜|掉|滑|坠|塌|砸|落)|(?:快|快要|马上|马上就|眼看|就要|要|正在|在往下)(?:要)?(?:断|塌|垮|倒|掉下来|掉下去|砸下来|炸|爆|翻|坠|撑不住|着|脱|滑下来)(?:了|啦|,|$|上|下|底|正|人|还)|(?:脚手架|架子|墙|塔吊|吊车|吊机|行车|天车|货架|房子|厂房)[^,]{0,2}(?:倒|塌|垮|翻)了|(?:刹不住|失速|往下滑|下滑)[^。]{0,4}(?:了|$)|(?:塌|垮|倒塌|坍塌|塌方|垮塌|坠落|翻车|侧翻|溜车|脱轨|失控)了|(?:冒|冒着|冒出)(?:大|黑|浓|白)?烟|冒(?:电)?火花|(?:喷|冒)火`)
	notNow  = regexp.MustCompile(`早晚|迟早|总有一天|人(?:都|也)?(?:快|要|就要)+垮|累垮|上月|上个月|去年|前年|昨天|前天|上周|上次|以前|曾经|那次|自从|之前|前几天|前阵|昨晚|那年|年前|月前|小时候|差点|险些|建议|怕|担心|容易|以防|防止|避免|预防|万一|如果|要是|会不会|可能会|有可能|造成|导致|存在|申请|救济|救助|补助|求助工会|慰问|住院|出院|家里(?:着|起|失)火|房子(?:着|起|失|烧|被)|我家|老家|出殡|赔|认定|律师|演习|演练|游戏|电影|新闻|听说|一[^,]{1,8}就[^,]{0,3}(?:喘|胸|心|发抖|晕)`)
	// reported tells what was seen or read of strangers.
	reported = regexp.MustCompile(`(?:电视|新闻|报纸|广播|抖音|快手|电影|小说)(?:里|上)?[^,]{0,4}(?:说|讲|报道|报|看到|有个|演)|(?:看到|刷到|看了)[^,]{0,3}(?:新闻|报道|视频|电影)`)
	// ofOthers records what somebody else has said, and breaks no form of an officer's.
	ofOthers = regexp.MustCompile(`(?:他|她|对方|该同志|该职工|本人自述|职工)(?:说|讲|表示|提到|自述|曾|反映)`)
)

// urgentIn finds out whether a sentence, in simplified characters, can wait for no form.
func urgentIn(text string) urgency {
	if last := lastUrgent.Load(); last != nil && last.text == text {
		return last.urgency
	}
	said := urgencyOf(text)
	lastUrgent.Store(&heardUrgency{text, said})
	return said
}

// lastUrgent is what was found last: each flow that may break in asks of the same message, one after the other.
var lastUrgent atomic.Pointer[heardUrgency]

type heardUrgency struct {
	text string
	urgency
}

func urgencyOf(text string) urgency {
	ways := waysToRead(plain(text))
	wish := slices.ContainsFunc(ways, wishesHarm.suspects)
	if !wish && !acute.suspects(ways[0]) && !failing.suspects(ways[0]) {
		return notUrgent // as nearly every message: what follows is slow
	}
	for i, way := range ways {
		ways[i] = nobodyHurt.ReplaceAllString(lookAlikes.cut(way), gap)
	}
	said := ways[0]
	if wish && slices.ContainsFunc(ways, wishesHarm.MatchString) {
		return wishIn(said)
	}
	if (acute.MatchString(said) || failing.MatchString(said)) && !notNow.MatchString(said) {
		return urgentDanger
	}
	return notUrgent
}

// acuteIn says whether a sentence, in simplified characters, has words of danger to somebody, rather than of something that fails.
func acuteIn(text string) bool {
	said := nobodyHurt.ReplaceAllString(lookAlikes.cut(plain(text)), gap)
	return acute.MatchString(said) && !notNow.MatchString(said)
}

// manner is how something is done, which stands anywhere within a wish and changes nothing of it: 我想就这样跳吧. Behind 怎么 it is
// how something is: 螺丝怎么这么死.
var manner = regexp.MustCompile(`(?:怎么|咋个?|为什么|为啥)?就?(?:[这那](?:样子?|么样?|般)[地着的]?|干脆|索性|直接|一下子)`)

// waysToRead are what was said as it stands, without its pauses - people pause in the middle of a word - and without its manner.
func waysToRead(said string) []string {
	ways := []string{said}
	if whole := strings.ReplaceAll(said, ",", ""); whole != said {
		ways = append(ways, whole)
	}
	if !strings.ContainsAny(said, "这那脆性接下") {
		return ways
	}
	bare := manner.ReplaceAllStringFunc(said, func(found string) string {
		if strings.HasPrefix(found, "怎") || strings.HasPrefix(found, "咋") || strings.HasPrefix(found, "为") {
			return found
		}
		return ""
	})
	if bare != said {
		ways = append(ways, bare)
	}
	return ways
}

// wishIn tells whose wish it is that is said.
func wishIn(said string) urgency {
	if reported.MatchString(said) && !strings.Contains(said, "我") {
		return urgentReported
	}
	return urgentLife
}

// gap stands where an everyday word was taken out. No word of danger has it.
const gap = "·"

// breaksForm finds out whether a sentence is a cry that goes before the answer to any question that is open.
func breaksForm(text string, _ bool) (kind string, ok bool) {
	text = bot.Simplified(text)
	return string(urgentLife), urgentIn(text) == urgentLife && !ofOthers.MatchString(text)
}

// plain writes a text without blanks, in small letters, and each run of signs as one comma.
func plain(text string) string {
	var b strings.Builder
	sign := false
	for _, r := range strings.TrimSpace(strings.ToLower(understanding.Plain(text))) {
		switch {
		case unicode.IsSpace(r) || r == '\'':
			// people put blanks anywhere, also between syllables
			sign = sign || unicode.IsSpace(r) && b.Len() > 0 && !endsInLetter(b.String())
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			if r == '著' { // which is 着 where it is written in traditional characters, and 著 in others
				r = '着'
			}
			if sign && b.Len() > 0 {
				b.WriteByte(',')
			}
			sign = false
			b.WriteRune(r)
		default:
			sign = true
		}
	}
	return b.String()
}

func endsInLetter(s string) bool { c := s[len(s)-1]; return c >= 'a' && c <= 'z' }
