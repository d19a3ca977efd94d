package callback

import (
	"strconv"

	"github.com/unionbot/unionbot/bot"
)

// linesPerQuestion is one more than the most lines that one question can have.
const linesPerQuestion = 100

// LineID is the msgmenuid of a line that can be tapped: the question and the choice's number from 1. It comes back as the
// bizmsgmenuid of the text that a tap sends.
func LineID(question uint32, number int) string {
	return strconv.FormatUint(uint64(question)*linesPerQuestion+uint64(number%linesPerQuestion), 10)
}

// QuestionOf takes the question from a bizmsgmenuid; 0 where it names none.
func QuestionOf(id string) uint32 {
	n, err := strconv.ParseUint(id, 10, 32)
	if err != nil || n/linesPerQuestion > bot.NoticeQuestion {
		return 0
	}
	return uint32(n / linesPerQuestion)
}
