package understanding

// table numbers features in the order in which they come, by open addressing: a map of as many costs the start of the service
// three times as much.
type table struct {
	keys  []feature
	after []int32 // one more than the key's number; 0 where no key is
	count int32
}

// tableStart is a power of two, as every size is.
const tableStart = 1 << 12

func newTable() *table {
	return &table{keys: make([]feature, tableStart), after: make([]int32, tableStart)}
}

// slot is where a feature is, or would be.
func (t *table) slot(f feature) int {
	mask := len(t.keys) - 1
	i := int(uint64(f)*0x9E3779B97F4A7C15>>32) & mask
	for t.after[i] != 0 && t.keys[i] != f {
		i = (i + 1) & mask
	}
	return i
}

// find returns the number of a feature that is known.
func (t *table) find(f feature) (number int32, ok bool) {
	after := t.after[t.slot(f)]
	return after - 1, after != 0
}

// number returns that of any feature, and whether it is new.
func (t *table) number(f feature) (number int32, isNew bool) {
	i := t.slot(f)
	if t.after[i] != 0 {
		return t.after[i] - 1, false
	}
	if int(t.count) >= len(t.keys)/2 {
		t.grow()
		i = t.slot(f)
	}
	t.count++
	t.keys[i], t.after[i] = f, t.count
	return t.count - 1, true
}

func (t *table) grow() {
	old := *t
	t.keys, t.after = make([]feature, 2*len(old.keys)), make([]int32, 2*len(old.keys))
	for i, f := range old.keys {
		if old.after[i] != 0 {
			j := t.slot(f)
			t.keys[j], t.after[j] = f, old.after[i]
		}
	}
}

// inOrder lists the features by their numbers.
func (t *table) inOrder() []feature {
	all := make([]feature, t.count)
	for i, after := range t.after {
		if after != 0 {
			all[after-1] = t.keys[i]
		}
	}
	return all
}
