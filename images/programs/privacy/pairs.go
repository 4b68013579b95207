package privacy

import "strings"

// barePairs finds two coordinates without a key: the whole of a text, or behind a word of where somebody is: pickup at 52.52001,13.40495.
func (x *scanner) barePairs(s string) {
	for i := 0; i < len(s); i++ {
		if s[i] != '.' || i == 0 || !isDigit(s[i-1]) {
			continue
		}
		from := i
		for from > 0 && i-from < 4 && isDigit(s[from-1]) {
			from--
		}
		if from > 0 && (s[from-1] == '-' || s[from-1] == '+') {
			from--
		}
		to := pairOfDegrees(s, from)
		if to == from {
			for i+1 < len(s) && isDigit(s[i+1]) {
				i++
			}
			continue
		}
		if isWholePair(s, from, to) || x.saysWhere(s, from) {
			x.add(from, to, person)
		}
		i = to
	}
}

// pairOfDegrees is the end of a latitude and a longitude, or the reverse as in POINT(13.4049 52.5200), with four to eight decimals each; from where
// they are none, or where more numbers follow.
func pairOfDegrees(s string, from int) int {
	if from > 0 && (isAlnum(s[from-1]) || strings.IndexByte("._/:=-%", s[from-1]) >= 0 && s[from-1] != '=' && s[from-1] != ':') {
		return from
	}
	to := degreesEnd(s, from, 4)
	if to == from {
		return from
	}
	next := to
	for next < len(s) && next-to < 5 && strings.IndexByte(",;/ NSEW", s[next]) >= 0 {
		next++
	}
	end := degreesEnd(s, next, 4)
	if next == to || end == next {
		return from
	}
	if end < len(s) && (isAlnum(s[end]) || strings.IndexByte("%_", s[end]) >= 0) || hasUnit(s, end) {
		return from
	}
	rest := strings.TrimLeft(s[end:], ",; ")
	if rest != "" && (isDigit(rest[0]) || rest[0] == '-' && len(rest) > 1 && isDigit(rest[1])) && strings.IndexByte(s[next-1:], ' ') != 0 {
		return from // more of a vector
	}
	before := strings.TrimRight(s[:from], ",; ")
	if before != "" && isDigit(before[len(before)-1]) && len(before) < from && !strings.HasSuffix(s[:from], " ") {
		return from
	}
	one, other := s[from:to], s[next:end]
	if !isFar(one) && !isFar(other) && (decimals(one) < 5 || decimals(other) < 5) {
		return from // 3.1416 2.7182
	}
	one, other = strings.TrimRight(one, "NSEW "), strings.TrimRight(other, "NSEW ")
	if decimals(one) > 9 || decimals(other) > 9 || isSmall(one) && isSmall(other) || !isLatitude(one) && !isLatitude(other) {
		return from
	}
	return end
}

// sentences of a receiver of GPS say where it is: $GPGGA,062121.00,5954.7612,N,01044.7654,E,…
func (x *scanner) receiverSentences(s string) {
	x.each(s, "$G", func(s string, at int) {
		if at+4 >= len(s) || !isUpperWord(s[at:at+4]) || s[at+4] != ',' {
			return
		}
		for i := at + 5; i < len(s) && i-at < 96 && s[i] != '*' && s[i] != '\n'; {
			to := i
			for to < len(s) && s[to] != ',' && s[to] != '*' && s[to] != '\n' {
				to++
			}
			if dot := strings.IndexByte(s[i:to], '.'); dot >= 4 && isFloat(s[i:to]) && to+1 < len(s) && strings.IndexByte("NSEW", s[to+1]) >= 0 {
				x.add(i, to, person)
			}
			i = to + 1
		}
	})
}

// isFar: ten degrees or more.
func isFar(v string) bool { return strings.IndexByte(strings.TrimLeft(v, "+-"), '.') >= 2 }

func decimals(v string) int { return len(v) - strings.IndexByte(v, '.') - 1 }

// isSmall: 0.12345 is a share, and near Null Island nobody lives.
func isSmall(v string) bool { return strings.HasPrefix(strings.TrimLeft(v, "+-"), "0.") }

func isLatitude(v string) bool {
	whole := strings.TrimLeft(v[:strings.IndexByte(v, '.')], "+-")
	return len(whole) < 2 || len(whole) == 2 && whole < "90"
}

// isWholePair says whether a text is nothing but these two numbers.
func isWholePair(s string, from, to int) bool {
	return strings.Trim(s[:from], " ([\"'") == "" && strings.Trim(s[to:], " )]\"'") == ""
}

// whereWords stand before where somebody is.
var whereWords = setOf([]string{"at", "near", "moved", "pickup", "dropoff", "destination", "origin", "location", "position", "coordinates", "coords", "gps", "geo",
	"located", "fix", "home", "arrived", "departed", "checked", "seen", "user", "player", "member", "point", "latlng", "latlon",
	"lonlat", "lnglat", "bei", "standort", "posisjon", "posición", "ubicación", "lieu", "courier", "driver", "rider", "around", "tracked", "entered", "left", "lat",
	"lon", "lng", "latitude", "longitude", "wgs"})

// saysWhere says whether such a word stands right before i, or before a preposition that does.
func (x *scanner) saysWhere(s string, i int) (found bool) {
	if i == 0 || strings.IndexByte(" (:=[", s[i-1]) < 0 {
		return false
	}
	if s[i-1] == ' ' && strings.IndexByte(s[i:min(len(s), i+14)], ' ') > 0 && strings.IndexByte(s[i:min(len(s), i+14)], ',') < 0 && i > 2 && strings.HasSuffix(s[:i], "at ") {
		return false // at 3.1416 2.7182
	}
	wordsBefore(s, i, 3, func(word []byte) bool {
		found = whereWords.has(word)
		if found {
			return false
		}
		switch string(word) {
		case "to", "from", "in", "is", "was", "now", "new":
			return true
		}
		return false
	})
	return found
}

// degreesAndMinutes finds where somebody is in degrees, minutes and seconds: 59°54'45.8"N 10°44'45.9"E.
func (x *scanner) degreesAndMinutes(s string) {
	x.each(s, "°", func(s string, after int) {
		from := after - len("°")
		for from > 0 && isDigit(s[from-1]) {
			from--
		}
		to := after
		for to < len(s) && to-after < 24 && (isDigit(s[to]) || strings.IndexByte(".'\" \\", s[to]) >= 0 || s[to] >= 0x80) {
			to++
		}
		if from < after-len("°") && to > after+2 && to < len(s) && strings.IndexByte("NSEW", s[to]) >= 0 && strings.ContainsAny(s[after:to], "'′") {
			x.add(from, to+1, person)
		}
	})
}
