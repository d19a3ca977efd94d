package service

import (
	"fmt"
	"slices"
	"time"
)

// Doubts says, a line each, what of the service's file is yet to be thought over. Such a file is taken all the same.
func (s *Service) Doubts(workday time.Duration) []string {
	return append(s.doubtMoney(), s.doubtClocks(workday)...)
}

// doubtMoney says where one person could prepare, approve and pay money: of a small union there may be nobody else.
func (s *Service) doubtMoney() (lines []string) {
	steps := s.Steps()
	for i, step := range steps {
		if s.Fund == "" || !step.Reserve && !step.Pay {
			continue
		}
		for _, before := range steps[:i] {
			if s.weighs(before) && !slices.Contains(step.NotBy, before.Name) {
				lines = append(lines, fmt.Sprintf("%s: review: whoever decides %q may decide %q as well, which %s money; put %[2]q into its `not_by`",
					s.File, before.Name, step.Name, map[bool]string{true: "pays", false: "sets aside"}[step.Pay]))
			}
		}
	}
	return lines
}

// weighs says whether a step says how much money it is: it sets or approves the sum, or grades what is awarded.
func (s *Service) weighs(step Step) bool {
	figure := func(f Field) bool { return f.Kind == KindMoney || f.Kind == KindNumber }
	if s.Grant != "" && !slices.ContainsFunc(s.Form, figure) { // the same for everybody: nobody says how much
		return false
	}
	return s.AboutMoney(step) || slices.ContainsFunc(step.Acts, func(o ActOption) bool {
		return slices.ContainsFunc(o.Form, func(f Field) bool { return s.Award.On() && f.Name == s.Award.By })
	})
}
