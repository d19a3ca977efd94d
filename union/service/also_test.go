package service

import "testing"

// TestWhatIsToBePreventedTellsOfNoDanger looks for the keywords of a danger in what people propose.
func TestWhatIsToBePreventedTellsOfNoDanger(t *testing.T) {
	a := Also{Keywords: []string{"滑倒", "触电"}}
	for text, want := range map[string]bool{
		"上月有人滑倒": true, "把坑填平防滑倒": false, "装防触电插座": false, "免得有人滑倒": false, "填平门口的坑": false, "王师傅触电过一次": true,
		"装护栏防止滑倒,上个月已经有人滑倒了": true, "防滑倒,也免得有人滑倒": false,
	} {
		if got := a.Tells(text); got != want {
			t.Errorf("%s tells %v, want %v", text, got, want)
		}
	}
}
