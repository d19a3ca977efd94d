package bot

// What the catalogue itself says. Everything else is said by flows.
const (
	saidResume         = "接着刚才的%s:"
	saidAside          = "刚才那句要是写在这里的,请再发一次。"
	saidRests          = "刚才的%s先放着,想接着时回复\"继续\"。"
	saidRestsNot       = "放着的%s太多放不下,先收起来了;要办请重新开始。"
	saidExpired        = "刚才的%s等得太久,先收起来了。"
	saidNotTaken       = "隔得有点久,刚才这条还没有记下。"
	saidUpdated        = "系统刚更新过,刚才的%s要重新开始,抱歉。"
	saidDeadTap        = "这个按钮已经用不上了。回复\"待办\"看现在要办的。"
	saidOldLine        = "这是前面的选项,这次没有算。"
	saidOldLineNext    = "要办什么直接说,或回复\"菜单\"。"
	saidCancelled      = "好的。"
	saidCancelledTitle = "好的,%s先不办了。"
	saidUseless        = "这一步用不上\"%s\"。"
	saidNothingOpen    = "现在没有正在填的内容。回复\"菜单\"看能办什么,回复\"我的\"看办过的。"
	saidUnknownWord    = "\"%s\"这个功能还在准备中。回复\"菜单\"看现在能办什么。"
	saidMore           = "回复\"更多\"看下一段(%d/%d)"
	saidNothingWaits   = "没有等您看的了,前面的都给您看过了,或者已经撤回。"
	saidNothingApart   = "没有单独等您看的。要看待办回复\"待办\",要看办过的回复\"我的\"。"
	saidWaitsUnknown   = "现在查不了有没有等您看的,请过一会儿再回复\"查看\"。"
	saidNoMore         = "没有更多内容了。"
	saidGuess          = "您是不是想:"
	saidWhichGuess     = "是哪一个?回复序号。"
	saidNoGuess        = "好的。换个说法再说一遍就行,或回复\"菜单\"看能办什么。"
	saidFirstMiss      = "没太明白。您可以直接说事,也可以回复\"菜单\"看能办什么。"
	saidWayOut         = "这句我没听懂,换个说法也行。要不:"
	saidNotUnderstood  = "还是没听懂,抱歉。回复\"菜单\"看能办什么,回复\"人工\"找人。"
	saidMissedAnswer   = "这个没对上。"
	saidMissedAgain    = "还是没对上。不想办了回复\"取消\",想找人回复\"人工\"。"
	saidGivenUp        = "先停在这里:回复\"继续\"再看一遍问题,回复\"取消\"停下,回复\"人工\"找人。"
)

var wayOutLabels = map[Word]string{WordMenu: "看看能办什么", WordPerson: "找工会的人"}
