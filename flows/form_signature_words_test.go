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
			"不留名字", "不写名字", "可以不写名字吗", "不留姓名", "不敢实名", "不敢留名", "不方便留名", "别说我报的", "名字别写", "我的名字不要写", "别暴露我", "别告诉领导",
			"不要告诉我们班长是我说的", "我不敢写名字", "别报我的名字", "千万别出卖我",
		},
		wantsName: {"实名", "还是实名吧", "不要匿名", "署名提交", "我不想匿名", "不需要匿名", "不匿名", "没必要匿名"},
		mayWantNoName: {
			"提个建议,给食堂加菜,别让领导知道是我", "我怕报复", "食堂太贵了,匿名", "这事别说是我捅出去的", "匿名信箱没有人看", "我不想以后被大家知道", "怕领导知道", "我怕领导知道是我", "有一个,千万别说是我说的", "三号行车钢丝绳快断了,别说是我报的",
		},
		saysNothing: {"食堂太贵了", "1", "提交", "不要让叉车进来", "不知道", "我叫王强,名字写在下面", "别的没有了", "谢谢", "署名", "别把我的名字写错了", "好的", "保密柜坏了", "不报名", "我不想报名", "不提名", "别告诉我", "怕大家不知道地方", "名字写在下面", "不方便", "我怕他不知道在哪儿"},
	} {
		for _, text := range said {
			if got := namingIn(text); got != want {
				t.Errorf("%s is heard as %d, want %d", text, got, want)
			}
		}
	}
}

// TestAWishIsLeftOut has it stand beside what others are to read.
func TestAWishIsLeftOut(t *testing.T) {
	for text, want := range map[string]string{
		"有一个,千万别说是我说的": "有一个", "三号行车钢丝绳快断了,别说是我报的": "三号行车钢丝绳快断了", "匿名。东门 二号炉漏气了!": "东门,二号炉漏气了",
		"三号行车 钢丝绳快断了": "三号行车 钢丝绳快断了", "匿名": "匿名", "": "",
	} {
		if got, _ := withoutWish(text); got != want {
			t.Errorf("%s: %s", text, got)
		}
	}
}
