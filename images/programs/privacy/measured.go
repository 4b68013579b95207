package privacy

import "strings"

// measured says whether the key or word before a number, or the unit after it, is about quantities.
func measured(s string, from, to int) bool {
	if hasUnit(s, to) {
		return true
	}
	end := from
	for end > 0 && from-end < 8 {
		if end > 3 && s[end-3] == '%' && s[end-2] == '3' && (s[end-1] == 'D' || s[end-1] == 'A') {
			end -= 3
		} else if strings.IndexByte("\"' :=\\>([],-\t", s[end-1]) >= 0 {
			end--
		} else {
			break
		}
	}
	start := end
	for start > 0 && (isAlnum(s[start-1]) || s[start-1] == '_' || s[start-1] == '-' || s[start-1] == '.') {
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
		return measured(s, start, end) // xmin:xmax
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
	if isEarlier(ident) {
		return ofCounter(s, start)
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
