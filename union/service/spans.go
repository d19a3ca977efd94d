package service

// Span is how long one file of a service is in force.
type Span struct {
	Service string `json:"service"`
	// File is empty for the time before the first version.
	File string `json:"file,omitempty"`
	// From and Until are the first and the last day; empty is without end.
	From    Day  `json:"from,omitempty"`
	Until   Day  `json:"until,omitempty"`
	Offered bool `json:"offered"`
}

// Spans tells of every service, by name, which file is in force when. They have no gap: where nothing is offered, a span
// says so.
func (set *Set) Spans() []Span {
	var spans []Span
	for i, s := range set.versions {
		first := i == 0 || set.versions[i-1].Name != s.Name
		if first && s.From != "" {
			spans = append(spans, Span{Service: s.Name, Until: s.From.Before()})
		}
		span := Span{Service: s.Name, File: s.File, From: s.From, Offered: !s.Disabled}
		if i+1 < len(set.versions) && set.versions[i+1].Name == s.Name {
			span.Until = set.versions[i+1].From.Before()
		}
		spans = append(spans, span)
	}
	return spans
}
