package flows

import "testing"

// TestWhoWantsNoNameIsHeard has people say in their own words that their name is not to be seen.
func TestWhoWantsNoNameIsHeard(t *testing.T) {
	for want, said := range map[naming][]string{
		wantsNoName: {
			"匿名", "我想匿名", "能不能匿名", "匿名提交", "别让厂长知道是我", "别让组长知道是我", "别让书记知道是我", "别让张主任知道是我", "别让我们班长知道是我",
			"别让领导知道", "千万别让领导知道是我", "别写我名字", "不要写我名字", "我不想留名", "我不想留名字", "别说是我说的", "不要透露我的名字", "我不想署名",
			"不用署名", "我不想实名", "不要实名", "别实名", "我怕报复,匿名", "请匿名处理", "匿名啊", "请保密", "不想让人知道是我提的", "匿名,谢谢", "匿名吧。", "我怕被穿小鞋,别写名字",
			"不要让同事知道是我报的", "别說是我說的", "可以匿名吗?",
		},
		wantsName: {"实名", "还是实名吧", "不要匿名", "署名提交"},
		mayWantNoName: {
			"提个建议,给食堂加菜,别让领导知道是我", "我怕报复", "食堂太贵了,匿名", "这事别说是我捅出去的", "匿名信箱没有人看", "我不想以后被大家知道",
		},
		saysNothing: {"食堂太贵了", "1", "提交", "不要让叉车进来", "不知道", "我叫王强,名字写在下面", "别的没有了", "谢谢", "署名", "别把我的名字写错了", "好的", "保密柜坏了"},
	} {
		for _, text := range said {
			if got := namingIn(text); got != want {
				t.Errorf("%s is heard as %d, want %d", text, got, want)
			}
		}
	}
}
