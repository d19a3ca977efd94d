package service

import "time"

// How often an author may urge a case: the default, and the longest time between two.
const (
	urgeDefault = 24 * time.Hour
	// MaxUrgeHours is a month: who may never urge would only ring instead.
	MaxUrgeHours = 720
)

// UrgeAgainAfter is how long an author waits until a case may be urged again.
func (s *Service) UrgeAgainAfter() time.Duration {
	if s.UrgeEvery == nil {
		return urgeDefault
	}
	return time.Duration(*s.UrgeEvery) * time.Hour
}

func (p *parser) checkUrge(s *Service) {
	if hours := s.UrgeEvery; hours != nil && (*hours < 1 || *hours > MaxUrgeHours) {
		p.addAt("urge_every", "hours from 1 to %d are expected, not %d", MaxUrgeHours, *hours)
	}
}
