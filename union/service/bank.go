package service

import "slices"

// AsksBank says whether one of the questions, or of those about each of a list, is for a number of a bank card.
func AsksBank(fields []Field) bool {
	return slices.ContainsFunc(fields, func(f Field) bool { return f.Kind == KindBankCard || AsksBank(f.Fields) })
}

// ShowsBank says whether a case of the service may hold one.
func (s *Service) ShowsBank() bool {
	return AsksBank(s.Form) || slices.ContainsFunc(s.Steps(), func(step Step) bool { return AsksBank(step.Later) })
}
