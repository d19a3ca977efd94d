package audit

// Timeline looks at all events of one case, in the order of their places. One without any mark of the record is from before there was
// one only where the others leave room for it: somebody may have taken the marks away, to put them back later.
func (c *Checker) Timeline(events []StoredEvent) []Verdict {
	verdicts, first, reached, gap := make([]Verdict, len(events)), -1, int64(0), false
	for i, e := range events {
		verdicts[i] = c.Event(e)
		if e.Place < 1 {
			continue
		}
		if first < 0 {
			first = i
		}
		gap, reached = gap || e.Place > reached+1, e.Place
	}
	for i := range verdicts {
		if v := &verdicts[i]; v.Standing == Old && first >= 0 {
			v.Standing = besides(events[i], events[first], verdicts[first].Standing, gap)
		}
	}
	return verdicts
}

// besides is what an event without marks is beside the first that has them. Nothing comes before a case's first version, and versions
// never fall.
func besides(e, first StoredEvent, standing Standing, gap bool) Standing {
	switch {
	case gap, first.Version == 1, e.Version > first.Version:
		return Damaged
	case standing != Whole && standing != Gone:
		return Unproved
	}
	return Old
}
