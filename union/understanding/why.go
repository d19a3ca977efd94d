package understanding

// Nearest is the example of a topic that shares most with a sentence; empty if none shares anything. It is for people who
// write examples: the model does not use it.
func (m *Model) Nearest(sentence, topic string) (example string) {
	said := features(sentence)
	most := float32(0)
	for _, t := range m.topics {
		if t.Name != topic {
			continue
		}
		for _, e := range t.Examples {
			if s := shared(said, features(e)); s > most {
				most, example = s, e
			}
		}
	}
	return example
}

func features(sentence string) map[feature]struct{} {
	all := map[feature]struct{}{}
	eachFeature(tokens(Plain(sentence)), func(f feature) { all[f] = struct{}{} })
	return all
}

// shared is how many features two sentences have in common, against what they have.
func shared(a, b map[feature]struct{}) float32 {
	common := 0
	for f := range a {
		if _, ok := b[f]; ok {
			common++
		}
	}
	return 2 * float32(common) / float32(1+len(a)+len(b))
}
