package privacy

import "strings"

// measured says whether the key or word before a number, or the unit after it, is about quantities.
func measured(s string, from, to int) bool {
	if hasUnit(s, to) {
		return true
	}
	end := beforeBinding(s, from)
	start := end
	for start > max(0, end-window) && (isAlnum(s[start-1]) || s[start-1] == '_' || s[start-1] == '-' || s[start-1] == '.') {
		start--
	}
	if start == end && end > 0 && s[end-1] == '}' {
		// as Prometheus writes it: bytes_total{device="eth0"} 412884719338201088
		open := strings.LastIndexByte(s[max(0, end-400):end], '{')
		if open < 0 {
			return false
		}
		end = max(0, end-400) + open
		for start = end; start > 0 && (isAlnum(s[start-1]) || s[start-1] == '_' || s[start-1] == ':'); start-- {
		}
	}
	if start == end && end > 0 && s[end-1] == ')' {
		return countsInside(s, end-1)
	}
	if start == end {
		return false
	}
	ident := s[start:end]
	if allDigits(ident) && len(ident) >= 13 {
		return measured(s[max(0, start-100):], min(start, 100), min(start, 100)+end-start) // xmin:xmax
	}
	if at := strings.LastIndexByte(ident, '_'); at > 0 && statistics.hasFold(ident[at+1:]) {
		return true
	}
	switch ident {
	case "is", "of", "at", "was", "to", "current", "now":
		result := false
		wordsBefore(s, start, 1, func(word []byte) bool {
			result = rules.numberWords.has(word) || string(word) == "identifier"
			return false
		})
		return result
	}
	if isValueKey(ident) && namedBeside(s, start, to, number) {
		return true
	}
	if isEarlier(ident) {
		return ofCounter(s, start) || ofDigest(s, start)
	}
	m := meaningOf(ident)
	if m == number || m == version {
		return true
	}
	if statistics.hasFold(ident) {
		// Data Units Written: 442
		counted := false
		wordsBefore(s, start, 1, func(word []byte) bool {
			counted = rules.numberWords.has(word)
			return false
		})
		return counted
	}
	switch ident {
	case "id", "identifier", "ID", "Identifier":
		result := false
		wordsBefore(s, start, 1, func(word []byte) bool {
			result = string(word) == "system" || string(word) == "query" || string(word) == "plan" || string(word) == "trace" ||
				string(word) == "span" || string(word) == "transaction"
			return false
		})
		return result
	}
	return false
}

// statistics end the names of counters: shared_blks_read.
var statistics = setOf([]string{"read", "written", "hit", "sent", "received", "in", "out", "inserted", "updated", "deleted", "returned", "fetched", "scanned", "evicted", "expired",
	"flushed", "merged", "dropped", "processed", "lag", "ago", "since", "ts"})

// hasUnit says whether a number is followed by what it counts: 12 bytes.
func hasUnit(s string, to int) bool {
	if to >= len(s) || s[to] != ' ' && !isLetter(s[to]) {
		return false
	}
	end := to + 1
	for end < len(s) && isLetter(s[end]) {
		end++
	}
	if end < len(s) && (s[end] == ':' || s[end] == '=') {
		return false // card:4811200909007210 Retries:3
	}
	return rules.numberWords.hasFold(strings.TrimLeft(s[to:end], " ")) || ofBroker(s[to:])
}

// ofBroker says whether a number is followed by where a broker keeps what it numbers: acked 1059 of subscription games-sub.
func ofBroker(rest string) bool {
	for _, link := range [...]string{" of ", " in ", " from ", " on "} {
		if after, ok := strings.CutPrefix(rest, link); ok {
			switch wordFrom(after, 0) {
			case "subscription", "topic", "partition", "stream", "queue", "shard", "exchange", "segment", "ledger":
				return true
			}
		}
	}
	return false
}

// isEarlier says whether a word stands before one of two values of the same thing: previous 12, current 0.
func isEarlier(word string) bool {
	switch strings.ToLower(word) {
	case "previous", "prev", "old", "new", "from", "to", "was", "now", "after", "before", "value", "reached", "expected", "got":
		return true
	}
	return false
}

// counterWords are about something that only counts.
var counterWords = setOf([]string{"counter", "counters", "gauge", "total", "bytes", "ticks", "sum", "cumulative", "monotonic", "sequence", "lsn", "offset", "watermark"})

// ofCounter says whether the words before are about a counter: counter gc_total reset: previous 772294364040345420.
func ofCounter(s string, i int) (counts bool) {
	wordsBefore(s, i, 3, func(word []byte) bool {
		counts = counterWords.has(word)
		return !counts
	})
	return counts
}

// ofDigest says whether what stands before two values that differ is about a checksum: xxhash64 of partition 7 is 1698860540115942649, expected ….
func ofDigest(s string, i int) bool {
	before := s[max(0, i-96):i]
	for _, word := range [...]string{"hash", "checksum", "crc", "digest", "fingerprint", "murmur", "fnv", "uid", "version", "adler"} {
		if containsFold(before, word) {
			return true
		}
	}
	return false
}

// countsInside says whether what stands in brackets before a number is what it counts: sum(transmit_bytes_total) = 632535628493345513.
func countsInside(s string, closing int) bool {
	open := strings.LastIndexByte(s[max(0, closing-200):closing], '(')
	if open < 0 {
		return false
	}
	inside := s[max(0, closing-200)+open+1 : closing]
	for from := 0; from < len(inside); from++ {
		to := from
		for to < len(inside) && isIdent(inside[to]) {
			to++
		}
		if to > from && meaningOf(inside[from:to]) == number {
			return true
		}
		from = to
	}
	return false
}

// bindings are escaped signs between a key and its value.
var bindings = [...]string{"%3D", "%3A", "%22", "%27", "%20", "%5B"}

// wrapped stand before a number that is there: Some("…"), Optional("…").
var wrapped = setOf([]string{"some", "optional", "just", "int", "int64", "uint64", "long", "decimal", "bigint", "string", "number"})

// beforeBinding is where the key ends whose value begins at from, whatever stands between.
func beforeBinding(s string, from int) int {
	end := from
	for end > 0 && from-end < 24 {
		if end > 2 && s[end-3] == '%' && isEscapedBinding(s[end-3:end]) {
			end -= 3
		} else if strings.IndexByte("\"' :=\\>([],-\t<`|", s[end-1]) >= 0 {
			end--
		} else if s[end-1] == '\n' && belowKey(s, end-1) {
			end--
		} else if c := s[end-1] | 0x20; (c == 'b' || c == 'n') && end < from && (s[end] == '\'' || s[end] == '"') && end > 1 && !isAlnum(s[end-2]) {
			end-- // b'…'
		} else if start := wordStart(s, end); end < from && (s[end] == '(' || s[end] == ' ' && s[end-1] == ')') && wrapped.hasFold(s[start:end]) {
			end = start
		} else {
			break
		}
	}
	return end
}

func isEscapedBinding(sign string) bool {
	for _, one := range bindings {
		if strings.EqualFold(sign, one) {
			return true
		}
	}
	return false
}

// belowKey says whether a line ends with the sign that its value stands below: lsn: |
func belowKey(s string, lineEnd int) bool {
	line := strings.TrimRight(s[max(0, lineEnd-4):lineEnd], " ")
	return strings.HasSuffix(line, ": |") || strings.HasSuffix(line, ": >")
}

// namedBeside says whether the name that stands beside a value is that of a measure, or of a version: {"name":"lsn","value":"…"}, field=queryid value=….
func namedBeside(s string, from, to int, what meaning) bool {
	near := s[max(0, from-80):min(len(s), to+60)]
	for _, key := range [...]string{"name", "key", "field", "column", "setting", "metric"} {
		for at := strings.Index(near, key); at >= 0; {
			sign := at + len(key)
			for sign < len(near) && (near[sign] == '"' || near[sign] == '\'' || near[sign] == '\\') {
				sign++
			}
			if sign < len(near) && (near[sign] == '=' || near[sign] == ':') {
				v := valueAfter(near, sign+1, true)
				if meaningOf(near[v.from:v.to]) == what {
					return true
				}
			}
			next := strings.Index(near[at+1:], key)
			if next < 0 {
				break
			}
			at += 1 + next
		}
	}
	return false
}
