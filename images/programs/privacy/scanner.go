package privacy

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"regexp"
	"strings"
	"sync/atomic"
	"time"

	"go.uber.org/zap"
)

const (
	// mask takes the place of what was found.
	mask = "***"
	// hashed begins what takes the place of an identity under the action `hash`; sixteen hexadecimal digits follow.
	hashed       = "hmac:"
	hashedLength = len(hashed) + 16
)

// kind says what takes the place of a finding.
type kind uint8

const (
	// secret opens something: always masked.
	secret kind = iota
	// person leads to somebody: masked or hashed.
	person
	// address is truncated, masked or kept.
	address
	// literal of a statement.
	literal
	// rewritten holds something in its middle.
	rewritten
)

type finding struct {
	from, to int
	kind     kind
	// text takes the place where kind is rewritten.
	text string
}

// options are the configuration, ready for use.
type options struct {
	action    string
	addresses string
	patterns  []*regexp.Regexp
	hashKey   []byte
	keys      *keyCache
	seen      *seen
	logger    *zap.Logger
	// reported is when a failure was last told of, in seconds.
	reported int64
}

// scanner looks at one batch. It is not safe for concurrent use.
type scanner struct {
	*options
	// newest is the largest Discord id that can exist now.
	newest uint64
	found  []finding
	spares []spared
	// closed are the places where credentials end, a bit each.
	closed []uint64
	// far is from how many places all of this text was read, and base where the part of it begins that is read.
	far, base int
	// goes is where what began before goes.from ends, in a text of goesIn bytes.
	goes   spared
	goesIn int
	// days of birth of this text were looked for.
	days bool
	out  []byte
	mac  hash.Hash
	// credential: one was found since this was last false.
	credential bool
	// above is the key of the map that is walked inside another; nothing for attributes themselves.
	above string
	// nested is how deep inside JSON in strings of JSON this is.
	nested int
	// words of sentences and what they mean.
	words wordCache
	// fresh are keys of this batch that the cache does not know.
	fresh map[string]keyFacts
}

func newScanner(o *options) *scanner {
	return &scanner{options: o, fresh: map[string]keyFacts{}}
}

const (
	discordEpoch = 1420070400000
	day          = 24 * time.Hour
)

// begin prepares for a batch that arrives now.
func (x *scanner) begin(now time.Time) {
	x.newest = uint64(now.Add(day).UnixMilli()-discordEpoch) << 22
}

// end hands what was learnt to the other scanners.
func (x *scanner) end() {
	x.keys.add(x.fresh)
	clear(x.fresh)
}

// key looks up what a key means, and how it is written without personal data.
func (x *scanner) key(key string) keyFacts {
	if facts, ok := (*x.keys.known.Load())[key]; ok {
		return facts
	}
	if facts, ok := x.fresh[key]; ok {
		return facts
	}
	clean, _ := x.text(key, client)
	facts := keyFacts{means: meaningOf(key), clean: clean}
	if len(x.fresh) < maxKeys {
		x.fresh[strings.Clone(key)] = facts
	}
	return facts
}

func (x *scanner) add(from, to int, k kind) {
	if to > from {
		if k == secret {
			x.credential = true
			x.close(to)
		}
		x.found = append(x.found, finding{from: from, to: to, kind: k})
	}
}

// text is a string without what must not leave, and whether anything was found. What replaces a finding may complete
// another, so it is looked at again.
func (x *scanner) text(s string, m meaning) (clean string, changed bool) {
	far, base, closed, inner := x.far, x.base, x.closed, x.nested > 0
	if inner {
		x.closed = nil
	}
	defer func() {
		x.far, x.base, x.goesIn = far, base, 0
		if inner {
			x.closed = closed
		}
		if failure := recover(); failure != nil {
			x.report(failure)
			clean, changed = mask, true
			x.credential = true
		}
	}()
	if len(s) >= 4 && (s[0] == '{' || s[0] == '[' || isSpace(s[0])) {
		if clean, changed, ok := x.jsonText(s, m); ok {
			return clean, changed
		}
	}
	s, changed = x.messages(s, m)
	for range 4 {
		next := x.once(s, see(s, false), m)
		if escapesSigns(next) {
			next = x.once(next, see(next, true), m)
		}
		if next == s {
			return s, changed
		}
		s, changed = next, true
	}
	return s, changed
}

// once is a text without what is found in it, as its reader sees it.
func (x *scanner) once(s string, seen *plainer, m meaning) string {
	x.found, x.spares, x.days = x.found[:0], x.spares[:0], false
	x.far, x.base, x.goesIn, x.closed = 0, 0, 0, x.closed[:0]
	read := s
	if seen == nil {
		x.find(s, m)
	} else {
		x.find(seen.text, m)
		read = seen.text
	}
	if len(x.found) > 0 {
		x.again(read)
	}
	if len(x.spares) > 0 && len(x.found) > 0 {
		x.withoutSpared()
	}
	if len(x.found) == 0 {
		return s
	}
	return x.replaced(s, seen)
}

// inner cleans a part of a text by what its key means; backslashes say how deep its quotes are escaped.
func (x *scanner) inner(s string, from, to int, escape string, m meaning) {
	if x.nested >= maxNesting {
		return
	}
	found, out, spares := x.found, x.out, x.spares
	x.found, x.out, x.spares = nil, nil, nil
	x.nested++
	text := s[from:to]
	if escape != "" {
		text = strings.ReplaceAll(text, escape+`"`, `"`)
	}
	clean, changed := x.text(text, m)
	x.nested--
	x.found, x.out, x.spares = found, out, spares
	if changed {
		if escape != "" {
			clean = strings.ReplaceAll(clean, `"`, escape+`"`)
		}
		x.found = append(x.found, finding{from: from, to: to, kind: rewritten, text: clean})
	}
}

// report tells of a finder that failed; what it looked at was masked. At most one line a minute, and never the value.
func (x *scanner) report(failure any) {
	now := time.Now().Unix()
	if last := atomic.LoadInt64(&x.reported); now-last >= 60 && atomic.CompareAndSwapInt64(&x.reported, last, now) && x.logger != nil {
		x.logger.Error("A finder failed; the value was masked", zap.Any("failure", failure), zap.StackSkip("stack", 2))
	}
}

// replaced writes the string without its findings, which stand where its reader sees them. Of findings that overlap the widest says what
// takes their place.
func (x *scanner) replaced(s string, seen *plainer) string {
	f := x.found
	inOrder(f)
	x.out = x.out[:0]
	at := 0
	for i := 0; i < len(f); {
		one := f[i]
		widest := one.to - one.from
		i++
		for ; i < len(f) && f[i].from < one.to; i++ {
			if width := f[i].to - f[i].from; width > widest {
				one.kind, one.text, widest = f[i].kind, f[i].text, width
			}
			one.to = max(one.to, f[i].to)
		}
		if (one.kind == address || one.kind == rewritten) && widest < one.to-one.from {
			one.kind = secret
			x.credential = true
		}
		text, from, to := s, one.from, one.to
		if seen != nil {
			text, from, to = seen.text, int(seen.from[one.from]), int(seen.to[one.to-1])
			if one.kind == rewritten && seen.quote != "" {
				one.text = strings.ReplaceAll(one.text, `"`, seen.quote)
			}
		}
		if from >= at {
			x.out = append(x.out, s[at:from]...)
		}
		if one.kind == rewritten {
			x.out = append(x.out, one.text...)
		} else {
			x.out = x.appendReplacement(x.out, text[one.from:one.to], one.kind)
		}
		at = max(at, to)
	}
	x.out = append(x.out, s[at:]...)
	return string(x.out)
}

func (x *scanner) appendReplacement(out []byte, s string, k kind) []byte {
	switch k {
	case literal:
		return append(out, '?')
	case address:
		switch x.addresses {
		case "keep":
			return append(out, s...)
		case "truncate":
			return appendTruncated(out, s)
		}
	case secret:
		return append(out, mask...)
	}
	if x.action == "hash" {
		return x.appendHash(out, s)
	}
	return append(out, mask...)
}

// appendHash writes the same token for the same identity, wherever it stands and however it is capitalised.
func (x *scanner) appendHash(out []byte, s string) []byte {
	if x.mac == nil {
		x.mac = hmac.New(sha256.New, x.hashKey)
	}
	x.mac.Reset()
	x.mac.Write([]byte(strings.ToLower(s)))
	var sum [sha256.Size]byte
	return hex.AppendEncode(append(out, hashed...), x.mac.Sum(sum[:0])[:8])
}

// isReplacement says whether this stands where something was found.
func isReplacement(s string) bool {
	if s == mask || s == "?" {
		return true
	}
	if len(s) != hashedLength || s[:len(hashed)] != hashed {
		return false
	}
	for i := len(hashed); i < len(s); i++ {
		if !isHex(s[i]) {
			return false
		}
	}
	return true
}

// find looks for everything; the order does not matter.
func (x *scanner) find(s string, m meaning) {
	for _, pattern := range x.patterns {
		for _, at := range pattern.FindAllStringIndex(s, -1) {
			if !isReplacement(s[at[0]:at[1]]) {
				x.add(at[0], at[1], secret)
			}
		}
	}
	sum := summarise(s)
	if sum.has&^letters == 0 && sum.longest < 16 {
		return
	}
	if sum.all(colon|slash) || sum.any(percent) {
		x.credentialsInURLs(s)
	}
	if sum.all(bracket | quote | colon) {
		x.embeddedJSON(s, m)
	}
	if sum.any(at|percent|hashSign) || strings.Contains(s, "at] ") || strings.Contains(s, "(at) ") || strings.Contains(s, `\u0040`) {
		x.mails(s)
	}
	if sum.any(dot | space) {
		x.spelledMails(s, sum)
	}
	if sum.digits >= 7 && m != version {
		x.phones(s, sum)
		if sum.digits >= 13 && m != number {
			x.numbers(s)
		}
	}
	if sum.digits >= 9 && sum.any(dash|dot|space|plus) && m != number && m != version {
		x.nationalIDs(s)
	}
	if sum.any(space) && sum.any(digits) && m != number && m != version {
		x.streets(s, false)
	}
	if sum.all(at | space) {
		x.handles(s)
	}
	if sum.all(at|angle) && sum.digits >= 2 {
		x.mentions(s)
	}
	if sum.any(colon) && sum.digits >= 5 {
		x.gameIDs(s)
	}
	if sum.digits >= 4 && sum.any(bar) {
		x.segments(s)
		x.numbersOfSystems(s)
		x.subjects(s)
	}
	if m != server && m != version {
		if sum.any(dot) && sum.digits >= 4 {
			x.addressesV4(s, m)
		}
		if sum.colons >= 2 {
			x.addressesV6(s, m)
		}
		if sum.all(percent | digits) {
			x.escapedAddresses(s)
		}
		if sum.all(dash|dot) && sum.digits >= 4 {
			x.dashedAddresses(s)
		}
	}
	if sum.any(colon|equals|percent|quote|angle|bar) || sum.any(bracket) && strings.IndexByte(s, ',') > 0 || strings.IndexByte(s, '\t') >= 0 {
		x.assigned(s)
	}
	if strings.IndexByte(s, '\\') >= 0 {
		x.domainUsers(s)
	}
	if sum.all(slash|colon|letters) && sum.digits >= 5 {
		x.remoteUsers(s)
	}
	if sum.any(bracket) && strings.IndexByte(s, ',') > 0 {
		x.tuples(s)
	}
	if sum.all(bracket|quote|dash) && strings.IndexByte(s, ',') > 0 {
		x.argumentLists(s)
	}
	if sum.all(quote|equals) && strings.IndexByte(s, ',') > 0 && (strings.Contains(s, "dc=") || strings.Contains(s, "DC=")) {
		x.bindsTo(s)
	}
	if sum.all(quote | space) {
		x.clientInQuotes(s)
	}
	if sum.any(bracket|angle|slash|colon) && sum.any(letters) {
		x.playersInSigns(s, sum)
		x.signIns(s, sum)
	}
	if sum.any(high) && sum.digits >= 4 {
		x.degreesAndMinutes(s)
	}
	if sum.any(dot) && sum.digits >= 10 && m != number && m != version {
		x.barePairs(s)
		if sum.any(dollar) {
			x.receiverSentences(s)
		}
	}
	if sum.any(colon) && sum.longest >= 5 {
		x.cards(s)
		x.swiftParties(s)
	}
	if strings.IndexByte(s, '\n') > 0 {
		x.tables(s)
		x.passwordsBelow(s)
	}
	if sum.any(slash) {
		x.tokensInPaths(s)
		x.each(s, "SIP/", x.dialled)
		x.each(s, "otpauth://", x.enrolled)
		if at := strings.Index(s, "auth/"); at >= 0 {
			x.loginOfVault(s, at+len("auth/"))
		}
	}
	if sum.any(percent) {
		x.escapedInvites(s)
	}
	if strings.IndexByte(s, '\\') >= 0 {
		x.homesOfWindows(s)
	}
	if sum.all(at|colon) && sum.digits >= 2 {
		x.bareLogins(s)
	}
	if sum.all(at | colon | slash) {
		x.brokenURLs(s)
	}
	if sum.all(space|letters) && sum.any(quote|slash|dash) {
		x.toolsForAccounts(s, sum)
	}
	if sum.digits >= 2 && (sum.colons >= 5 || sum.any(dash) && strings.Contains(s, " cli ") || sum.any(dot) && sum.longest >= 4) {
		x.leasedDevices(s)
	}
	if sum.any(equals) {
		x.queries(s, m)
	}
	if sum.longest >= 7 || sum.digits >= 12 || sum.longest >= 4 && sum.any(dash) {
		x.tokens(s)
	}
	if sum.any(space | equals) {
		x.spoken(s, sum)
	}
	if sum.all(space | letters) {
		x.logins(s)
	}
	if sum.all(slash|dash) && sum.digits >= 6 {
		x.advertisers(s)
	}
	if sum.any(letters) && strings.IndexByte(s, '^') > 0 {
		x.joinedByCaret(s)
	}
	if sum.any(equals) && sum.digits >= 6 {
		x.credentialsInFIX(s)
	}
	if sum.all(slash | space) {
		x.onTicket(s)
	}
	if sum.all(space|slash|dot) && sum.digits >= 8 {
		x.each(s, " TCP_", x.proxied)
	}
	if sum.any(space|colon) && sum.has&^letters != 0 {
		x.protocols(s)
	}
	if sum.any(hashSign) && sum.digits >= 4 {
		x.discriminators(s)
	}
	if sum.any(dollar) || sum.longest >= 16 && strings.IndexByte(s, '{') >= 0 {
		x.passwordHashes(s)
	}
	if sum.any(space) && sum.any(quote|equals|dollar|digits|bracket) || len(s) > 2 && s[0] == '{' {
		x.databaseErrors(s, sum)
		if m != sqlText {
			x.statementsIn(s, sum)
		}
	}
	if m == sqlText {
		x.statement(s)
	}
}
