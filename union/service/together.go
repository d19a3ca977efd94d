package service

// togetherDefault is up to how many yuan cases are decided together, where a file says nothing: what a branch pays without a meeting.
const togetherDefault = 1000

// TogetherUpTo is the most money, in fen, that a case may be about which an officer decides together with others.
func (s *Service) TogetherUpTo() int64 {
	yuan := togetherDefault
	if s.Together != nil {
		yuan = *s.Together
	}
	return int64(yuan) * 100
}

func (p *parser) checkTogether(s *Service) {
	switch yuan := s.Together; {
	case yuan == nil:
	case *yuan < 0 || *yuan > MaxYuan:
		p.addAt("together_up_to", "yuan from 0 to %d are expected, not %d", MaxYuan, *yuan)
	case s.Fund == "":
		p.addAt("together_up_to", `belongs to a service that pays; "fund" is missing`)
	}
}
