package privacy

import "slices"

// spared are places of a text that hold what its heading or its name says: a version, a counter. What looks like an address or an id there is none.
type spared struct{ from, to int }

// spare keeps numbers and versions at from..to as they are.
func (x *scanner) spare(s string, from, to int) {
	if from < to && isFloat(s[from:to]) {
		x.spares = append(x.spares, spared{from, to})
	}
}

// withoutSpared drops what was found in such places.
func (x *scanner) withoutSpared() {
	slices.SortFunc(x.spares, func(a, b spared) int { return a.from - b.from })
	for i := 1; i < len(x.spares); i++ {
		x.spares[i].to = max(x.spares[i].to, x.spares[i-1].to)
	}
	kept := x.found[:0]
	for _, one := range x.found {
		// the last that begins no later says how far any of them reaches
		behind, _ := slices.BinarySearchFunc(x.spares, one.from+1, func(place spared, at int) int { return place.from - at })
		if behind == 0 || one.kind == secret || x.spares[behind-1].to < one.to {
			kept = append(kept, one)
		}
	}
	x.found = kept
}
