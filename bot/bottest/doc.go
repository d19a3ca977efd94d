// Package bottest plays transcripts: conversations written down in text files, as they should run. The runner hands what
// the persons say to a Harness, which is the service on some set of stores, and compares what came back with what
// is written. A file may be played with every message delivered twice, and must come out the same.
//
// A file is made of these lines; a line that begins with a blank goes on with the one before.
//
//	# a note
//	张伟> 我想提个建议         张伟 says something; without a name it is the one that the harness calls ""
//	张伟> [图片]              … sends something else: 图片, 语音 text, 视频, 文件 (附件 where it can be fetched), 位置 label, 扫码 scene, 链接 title
//	张伟> [关注]              … follows, or [进入] opens the chat, [菜单 key] taps a menu entry
//	通讯录> [通讯录 delete_user zhangwei]  the address book tells of a change
//	张伟> [点 受理 JY26-0001]  … taps a button of the newest card in which the last word occurs
//	张伟> [点 不受理=无法核实]  … after choosing this of what the card offers, which is not shown
//	<  好的                   the answer
//	李芳< 待办                what arrives at somebody's phone unasked
//	@ 31m                     time passes; 2 天 and 3 小时 are understood as well
//	=                         the platform delivers the last message again
//	! restart                 the service is restarted; "! flush" makes Redis forget everything
//	! sweep                   what is done now and then is done: drafts are warned of, and expire
//	! contracts               somebody's contract ends in a month, and somebody retires
//	! blurred                 one picture of a paper is fetched, and can hardly be read
//	! fetch                   one file that was sent is fetched from its platform; "! lose" finds it gone there
package bottest
