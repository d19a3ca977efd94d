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

func features(sentence string) map[feature]float32 {
	all := map[feature]float32{}
	eachFeature(tokens(Plain(sentence)), func(f feature, weight float32) { all[f] = weight })
	return all
}

// shared is the weight that two sentences have in common, against what they have.
func shared(a, b map[feature]float32) float32 {
	common, whole := float32(0), float32(1)
	for f, w := range a {
		whole += w
		if _, ok := b[f]; ok {
			common += w
		}
	}
	for _, w := range b {
		whole += w
	}
	return 2 * common / whole
}
