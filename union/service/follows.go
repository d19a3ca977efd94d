package service

import "reflect"

// Follows says whether an open case with these answers goes along with an author who moves to another part of the union.
func (s *Service) Follows(facts Facts) bool {
	return !s.FollowsAuthor.Empty() && s.FollowsAuthor.holds(facts)
}

// checkFollows refuses to follow whom a case does not know.
func (p *parser) checkFollows(s *Service) {
	switch {
	case s.FollowsAuthor.Empty():
	case s.Sealed:
		p.addAt("follows_author", "a sealed case does not know whose it is, and follows nobody")
	default:
		if problem := s.FollowsAuthor.compile(s.formFacts(), reflect.Bool); problem != "" {
			p.addAt("follows_author", "%s", problem)
		}
	}
}
