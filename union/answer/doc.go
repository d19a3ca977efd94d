// Package answer reads what a person typed in answer to one question of a form - a sum, a date, a number - in the words
// that people use: 5万2, 上周三, 农历十月十三. What it is not sure of it does not guess: it says which readings there are, so
// that the person may choose. Words for what is wrong are kind and Chinese.
//
// It knows no form and no service, and reaches nothing; the time is handed in. Phone and card numbers are read in
// package personal.
package answer

import "encoding/json"

// Reading is what an answer was understood as.
type Reading struct {
	// Shown is how the value is shown back; empty where there is none.
	Shown string
	// Raw is the value as JSON.
	Raw json.RawMessage
	// Problem says what is wrong with an answer of the right kind; empty with no value means that it is no answer at all.
	Problem string
	// Rest is, with a problem, what was understood all the same: put before the next answer it makes that one whole.
	Rest string
	// Either are the readings to choose from where the answer is not clear.
	Either []Reading
}

// OK says whether there is one value.
func (r Reading) OK() bool { return r.Shown != "" }

func problem(text string) Reading { return Reading{Problem: text} }

// value makes a reading of what JSON can always write.
func value(shown string, v any) Reading {
	raw, err := json.Marshal(v)
	if err != nil {
		return Reading{}
	}
	return Reading{Shown: shown, Raw: raw}
}
