package flows

import "testing"

func TestWhatIsToldFromADangerIsKnown(t *testing.T) {
	for text, want := range map[string]bool{
		"到了": true, "到了,人都撤开了,正在断电": true, "收到,我已经到现场了": true, "现场:没有人受伤": true, "火已经灭了,没有人受伤": true,
		"险情解除": true, "电源已经切断": true, "人都撤出来了": true, "已经断电": true,
		"到了退休年龄怎么办": false, "现场会报名": false, "我老婆被送医院了,想申请救助": false, "我被停职了,想找人": false, "我爸已送ICU": false,
		"澡堂都停水三天了": false, "我都处理不过来了": false, "到了冬天更衣室很冷": false, "食堂都关了": false, "现场管理太乱": false, "人都到齐了吗": false,
	} {
		if got := tellsFromThere(text); got != want {
			t.Errorf("%s: %v", text, got)
		}
	}
}
