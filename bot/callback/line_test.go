package callback

import (
	"math"
	"strconv"
	"testing"

	"github.com/unionbot/unionbot/bot"
)

func TestALineCarriesItsQuestion(t *testing.T) {
	for _, question := range []uint32{0, 1, 41, bot.MaxQuestion, bot.NoticeQuestion} {
		for _, number := range []int{1, 2, 99} {
			id := LineID(question, number)
			if got := QuestionOf(id); got != question {
				t.Errorf("LineID(%d, %d) = %s names question %d", question, number, id, got)
			}
		}
	}
	id := LineID(bot.NoticeQuestion, 99)
	if n, err := strconv.Atoi(id); err != nil || n > math.MaxInt32 {
		t.Errorf("the greatest id, %s, exceeds %d", id, math.MaxInt32)
	}
}

func TestAnIdThatIsNoneOfOursNamesNoQuestion(t *testing.T) {
	for _, id := range []string{"", "a", "-4102", "4294967295", "99999999999", "1e3", " 4102"} {
		if got := QuestionOf(id); got != 0 {
			t.Errorf("%q names question %d", id, got)
		}
	}
}
