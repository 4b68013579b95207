package privacy

import "strings"

// Values that another program has masked, or hashed with a key, before it wrote them.

// maskWords say in brackets or between signs that a value is not shown.
var maskWords = setOf([]string{"redacted", "filtered", "masked", "hidden", "protected", "sanitized", "sanitised", "scrubbed", "omitted", "stripped", "removed",
	"obfuscated", "concealed", "censored", "sensitive", "suppressed", "withheld", "hashed", "shown", "anonymized", "anonymised"})

// isMasked recognises [PROTECTED], <stripped 12 characters of sensitive data>, ::es_redacted::, ######, VALUE_SPECIFIED_IN_NO_LOG_PARAMETER, hmac-sha256:….
func isMasked(v string) bool {
	if len(v) < 3 {
		return false
	}
	switch v[0] {
	case 'h':
		return isKeyedHash(v)
	case 'V':
		return v == "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"
	case '#':
		if strings.Trim(v, "#") == "" {
			return true
		}
	case '[', '<', '(', '{', '*', '_', ':':
	default:
		return false
	}
	inside := strings.Trim(v, "[]<>(){}*_:# ")
	if len(inside) > 64 || len(inside)+1 >= len(v) {
		return false
	}
	said := false
	for word := range strings.FieldsFuncSeq(inside, func(c rune) bool { return c == ' ' || c == '_' || c == ':' }) {
		if !onlyLetters(word) && !allDigits(word) {
			return false
		}
		said = said || maskWords.hasFold(word)
	}
	return said
}

// isKeyedHash recognises what a log of audits writes instead of a token: hmac-sha256: and the digits of a hash that nobody computes without its key.
func isKeyedHash(v string) bool {
	colon := strings.IndexByte(v, ':')
	return colon > 5 && strings.HasPrefix(v, "hmac-") && len(v)-colon > 32 && isAllHex(v[colon+1:])
}

// isOfCluster says whether a name to sign in with is that of a part of Kubernetes: system:kube-scheduler, system:serviceaccount:shop:web.
func isOfCluster(v string) bool {
	return len(v) > 8 && (strings.HasPrefix(v, "system:") || strings.HasPrefix(v, "eks:"))
}
