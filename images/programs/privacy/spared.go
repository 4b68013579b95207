package privacy

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
	kept := x.found[:0]
	for _, one := range x.found {
		inside := false
		for _, place := range x.spares {
			inside = inside || one.kind != secret && one.from >= place.from && one.to <= place.to
		}
		if !inside {
			kept = append(kept, one)
		}
	}
	x.found = kept
}
