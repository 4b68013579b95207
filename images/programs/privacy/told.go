package privacy

import "strings"

// Secrets of letters only, which a sentence tells: the password is correcthorse.

// toldEndings are those of words that say something about a secret: expired, missing, weakly, readable, insensitive.
var toldEndings = [...]string{"ed", "ing", "ly", "able", "ible", "ive", "ful", "less", "ous", "ic", "ary", "ory", "ial", "ional", "ent", "ant", "lich", "isch", "ado", "ada", "ido", "ida", "ée", "oire"}

// isTold says whether a word of letters at from..to, where a sentence tells a secret, is one.
func isTold(s string, from, to int) bool {
	word := s[from:to]
	if len(word) < 6 || len(word) > 40 || !lettersAndDashes(word) || isHarmless(word) || rules.proseWords.hasFold(word) || meaningOf(word) != plain {
		return false
	}
	if last := word[strings.LastIndexByte(word, '-')+1:]; aboutSecrets.hasFold(word) || aboutSecrets.hasFold(last) || rules.proseWords.hasFold(last) {
		return false
	}
	return !hasToldEnding(word) && clauseEnds(s, to)
}

func hasToldEnding(word string) bool {
	low := strings.ToLower(word)
	for _, ending := range toldEndings {
		if strings.HasSuffix(low, ending) {
			return true
		}
	}
	return false
}

func lettersAndDashes(word string) bool {
	for i := 0; i < len(word); i++ {
		if !isWordByte(word[i]) || word[i] == '\'' {
			return false
		}
	}
	return word[0] != '-' && word[len(word)-1] != '-'
}

// afterTold go on with a sentence behind a secret.
var afterTold = setOf([]string{"but", "and", "for", "please", "or", "so", "until", "at", "on", "und", "et", "y", "bitte"})

// clauseEnds says whether a sentence ends at i, or goes on with another part.
func clauseEnds(s string, i int) bool {
	stopped := i
	for i < len(s) && strings.IndexByte(".!?", s[i]) >= 0 {
		i++
	}
	if i > stopped && i+1 < len(s) && s[i] == ' ' && (isUpper(s[i+1]) || s[i+1] >= 0x80) {
		return true
	}
	if i >= len(s) || s[i] != ' ' {
		return i >= len(s) || strings.IndexByte(",;\"'`)]}<|\\\r\n", s[i]) >= 0
	}
	for i < len(s) && s[i] == ' ' {
		i++
	}
	return i >= len(s) || strings.HasPrefix(s[i:], "—") || strings.HasPrefix(s[i:], "–") || !isLetter(s[i]) && s[i] < 0x80 && s[i] != '=' || afterTold.hasFold(wordFrom(s, i)) || beginsPair(s, i)
}

// beginsPair says whether a key and its value follow: password hunter user=app.
func beginsPair(s string, i int) bool {
	i = identEnd(s, i)
	return i < len(s) && s[i] == '='
}

// beforeQuotedSecret stand before the word for a secret in quotes, and afterQuotedSecret behind one: wrong password "abcdef", password 'abcdef' was rejected.
var (
	beforeQuotedSecret = setOf([]string{"with", "wrong", "incorrect", "invalid", "bad", "tried", "using", "default", "root", "admin", "temporary", "initial", "old", "use", "entered", "typed", "guessed", "set", "def", "setq", "let", "defvar", "defparameter",
		"new", "current", "previous", "stare", "nowe", "neues", "altes", "ancien", "nouveau", "nueva", "vieja", "oude", "nieuw", "nieuwe", "gamle", "nye", "gammalt", "nytt", "vecchia", "nuova", "antiga", "nova", "falsches", "mauvais"})
	afterQuotedSecret = setOf([]string{"is", "was", "rejected", "refused", "denied", "accepted", "did", "failed", "does", "worked", "tried", "three", "twice"})
)

// toldInQuotes says whether a word of letters in quotes behind the word for a secret, which begins at ident, is the secret.
func toldInQuotes(s string, ident int, v value) bool {
	text := s[v.from:v.to]
	if len(text) < 6 || !lettersAndDashes(text) || isHarmless(text) || aboutSecrets.hasFold(text) || rules.proseWords.hasFold(text) || meaningOf(text) != plain {
		return false
	}
	if beforeSecret(s, ident) {
		return true
	}
	next := v.after
	for next < len(s) && s[next] == ' ' {
		next++
	}
	return afterQuotedSecret.hasFold(wordFrom(s, next))
}

// beforeSecret says whether the word before one for a secret, which begins at ident, says that the secret follows: wrong password abcdef.
func beforeSecret(s string, ident int) (told bool) {
	wordsBefore(s, ident, 1, func(before []byte) bool {
		told = beforeQuotedSecret.has(before)
		return false
	})
	return told
}

// tellsPassword says whether a word for a secret is not one for things as well: a secret of Kubernetes has a name.
func tellsPassword(word []byte) bool {
	switch string(word) {
	case "pass", "secret", "secrets", "credential", "credentials", "creds", "clave", "geslo", "parole", "parola", "sandi":
		return false
	}
	return true
}

// toldBesideUser says whether the word for a secret, which begins at ident, follows somebody who signs in: user app, password abcdef.
func toldBesideUser(s string, ident int) bool {
	before := strings.TrimRight(s[max(0, ident-60):ident], " ")
	before = strings.TrimSuffix(before, " and")
	before = strings.TrimRight(before, " ,;:")
	who := before[strings.LastIndexAny(before, " \t\n")+1:]
	if at := strings.IndexAny(who, "=:"); at > 0 {
		return isWho(who[:at])
	}
	before = strings.TrimRight(before[:len(before)-len(who)], " ")
	return isWho(before[strings.LastIndexAny(before, " \t\n(")+1:])
}

func isWho(word string) bool {
	switch strings.ToLower(strings.Trim(word, ":=")) {
	case "user", "username", "login", "user_name", "usr", "benutzer", "utilisateur", "usuario", "account", "uid":
		return true
	}
	return false
}

// toldPhrase is the end of four or more words of small letters from i, where a sentence tells a pass phrase whose word ends at `ident`; i where
// they are a sentence: the passphrase is correct horse battery staple.
func toldPhrase(s string, ident, i int) int {
	if !hasSuffixFold(s[:ident], "phrase") {
		return i
	}
	words, known, at := 0, 0, i
	for {
		to := at
		for to < len(s) && isLower(s[to]) {
			to++
		}
		if to == at {
			return i
		}
		words++
		if rules.proseWords.hasFold(s[at:to]) {
			return i
		}
		if aboutSecrets.hasFold(s[at:to]) {
			known++
		}
		if to >= len(s) || s[to] != ' ' {
			if words >= 4 && known <= 1 && clauseEnds(s, to) {
				return to
			}
			return i
		}
		at = to + 1
	}
}
