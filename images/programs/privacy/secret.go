package privacy

import (
	"strings"
	"unicode"
)

// isHarmless says whether a value says that there is no secret, or that it was removed: null, required, ${PASSWORD}.
func isHarmless(v string) bool {
	if v == "" || isReplacement(v) || strings.Trim(v, "*•.-_ ") == "" || len(v) > 2 && strings.Trim(v, "xX") == "" {
		return true
	}
	if strings.Contains(v, "/secrets/") || strings.HasPrefix(v, "@Microsoft.KeyVault(") {
		return true // where a secret is, not what it is
	}
	if isHeaderName(v) || isMasked(v) || isRuleOfForm(v) || isErrorName(v) {
		return true
	}
	if rules.harmlessValues.hasFold(strings.TrimRight(v, ".!")) {
		return true
	}
	return isPlaceholder(v)
}

// nameServices are where a machine looks for its users: passwd: files systemd.
var nameServices = setOf([]string{"files", "compat", "systemd", "sss", "ldap", "db", "nis", "nisplus", "winbind", "mymachines", "altfiles", "extrausers", "hesiod"})

// isNameService says whether a key is a line of nsswitch.conf.
func isNameService(ident, text string) bool {
	return hasKeyword(ident, "passwd:") && nameServices.hasFold(text)
}

// isHeaderName says whether a value says in which header a secret is sent: api_key_header=X-API-Key.
func isHeaderName(v string) bool {
	return len(v) > 4 && v[0]|0x20 == 'x' && v[1] == '-' && isName(v) && strings.IndexByte(v, ' ') < 0 && meaningOf(v).secret()
}

// isErrorName says whether a value is what a program calls an error: JsonWebTokenError, InvalidTokenException.
func isErrorName(v string) bool {
	return len(v) > 7 && isUpper(v[0]) && (strings.HasSuffix(v, "Error") || strings.HasSuffix(v, "Exception")) && onlyLetters(v)
}

// isRuleOfForm says whether a value says what a form asks of one: required|string|min:8.
func isRuleOfForm(v string) bool {
	first, rest, ok := strings.Cut(v, "|")
	if !ok || !isName(first) {
		return false
	}
	switch first {
	case "required", "nullable", "sometimes", "string", "present", "filled", "bail", "confirmed", "optional":
		return strings.Trim(rest, "abcdefghijklmnopqrstuvwxyz_|:,0123456789") == ""
	}
	return false
}

// isPlaceholder recognises what a template, a statement or a shell puts in place of a value.
func isPlaceholder(v string) bool {
	last := v[len(v)-1]
	switch v[0] {
	case '$':
		if len(v) > 2 && (v[1] == '{' && last == '}' || v[1] == '(' && last == ')') {
			return true
		}
		for i := 1; i < len(v); i++ {
			if c := v[i]; !isUpper(c) && !isDigit(c) && c != '_' {
				return false
			}
		}
		return len(v) > 1
	case '{':
		return len(v) > 2 && last == '}' && isName(strings.Trim(v, "{} "))
	case '<':
		return len(v) > 2 && last == '>' && isName(strings.Trim(v, "<> "))
	case '%':
		return len(v) == 2 && isLetter(v[1]) || len(v) > 3 && v[1] == '(' && isLetter(last)
	case ':':
		return isName(v[1:])
	}
	return v == "?"
}

func isName(v string) bool {
	for i := 0; i < len(v); i++ {
		if c := v[i]; !isLetter(c) && c != '_' && c != '.' && c != '-' && c != ' ' {
			return false
		}
	}
	return v != ""
}

func allDigits(v string) bool {
	for i := 0; i < len(v); i++ {
		if !isDigit(v[i]) {
			return false
		}
	}
	return v != ""
}

// isSecret decides about the value of a key with this meaning.
func isSecret(m meaning, v string) bool {
	if isHarmless(v) || isSecretsFile(v) {
		return false
	}
	switch m {
	case password:
		return !allDigits(v) || len(v) >= 3
	case token:
		if allDigits(v) {
			return len(v) >= 6
		}
		return len(v) > 2 && !isFloat(v) && !isHexNumber(v)
	case weak:
		return looksSecret(v)
	case loose:
		// session:943403b8-… of Redis is a session's id as well
		return !isHexNumber(v) && (looksSecret(v) || len(v) >= 6 && strings.ContainsAny(v, "0123456789") && !isFloat(v) && strings.IndexByte(v, ' ') < 0)
	}
	return false
}

// isSecretsFile recognises where a secret is kept, by its name: secret key: tls.crt.
func isSecretsFile(v string) bool {
	if rest, ok := strings.CutPrefix(v, "env:"); ok && isName(rest) || strings.HasPrefix(v, "file:/") {
		return true // -passin env:KEY_PASS
	}
	name, ending, ok := strings.Cut(v, ".")
	if !ok || !isName(name) {
		return false
	}
	switch ending {
	case "crt", "key", "pem", "cer", "csr", "pub", "json", "yaml", "yml", "toml", "env", "p12", "pfx", "jks", "txt":
		return true
	}
	return false
}

func isFloat(v string) bool {
	for i := 0; i < len(v); i++ {
		if !isDigit(v[i]) && v[i] != '.' {
			return false
		}
	}
	return true
}

// looksSecret says whether a value mixes characters as no word, path, version or time does.
func looksSecret(v string) bool {
	if isBasic(v) && len(v) >= 10 {
		return true
	}
	if isHexNumber(v) {
		return false
	}
	if len(v) < 8 || v[0] == '/' || v[0] == '.' || strings.Contains(v, "://") || isUUID(v) {
		return false
	}
	var lowers, uppers, digits, others, switches int
	for i := 0; i < len(v); i++ {
		switch c := v[i]; {
		case isLower(c):
			lowers++
		case isUpper(c):
			uppers++
			if i > 0 && (isLower(v[i-1]) || isDigit(v[i-1])) {
				switches++
			}
		case isDigit(c):
			digits++
			if i > 0 && isLetter(v[i-1]) {
				switches++
			}
		case isSpace(c):
			return false
		case c != '-' && c != '_' && c != '.' && c != ':' && c != '/':
			others++
		}
	}
	switch {
	case lowers+uppers == 0:
		return false
	case digits == 0 && others == 0:
		// camelCase is a name; many changes of case are not
		return uppers > 0 && lowers > 0 && switches >= 4 && len(v) >= 12
	case others > 0 && digits == 0:
		return others >= 2 && len(v) >= 10
	case lowers == 0 && others == 0:
		return switches >= 3 && len(v) >= 10
	}
	return switches >= 2 || others > 0 || len(v)-digits >= 6 && strings.IndexAny(v, "-_.:") < 0
}

// isHexNumber says whether a value is a number as programs write it, which opens nothing: 0x1000003a8f40012, the id of a session of ZooKeeper.
func isHexNumber(v string) bool {
	digits, ok := strings.CutPrefix(v, "0x")
	if !ok || len(digits) == 0 || len(digits) > 15 {
		return false
	}
	for i := 0; i < len(digits); i++ {
		if !isHex(digits[i]) {
			return false
		}
	}
	return true
}

func isUUID(v string) bool {
	if len(v) != 36 {
		return false
	}
	for i := 0; i < len(v); i++ {
		if i == 8 || i == 13 || i == 18 || i == 23 {
			if v[i] != '-' {
				return false
			}
		} else if !isHex(v[i]) {
			return false
		}
	}
	return true
}

// neverPeople are accounts that only programs have.
var neverPeople = setOf([]string{"postgres", "root", "nginx", "www-data", "rabbitmq", "redis", "mysql", "mongodb", "elastic", "kibana", "prometheus", "grafana",
	"nobody", "systemd", "daemon", "jenkins", "replicator", "pgbouncer", "patroni", "anonymous",
	"unknown", "haproxy", "traefik", "otelcol", "zabbix", "nagios", "approle", "userpass"})

// isPersonName says whether a value after the key of a name is one.
func isPersonName(m meaning, v string) bool {
	if isHarmless(v) || len(v) < 2 || isReplacement(v) || isOfCluster(v) {
		return false
	}
	if m == name {
		return !areThings(v) && !neverPeople.hasFold(v)
	}
	return strings.ContainsFunc(v, unicode.IsLetter) && !rules.serviceUsers.hasFold(v) && !isUUID(v) && !allDigits(v)
}

// isUserID says whether an id leads to somebody outside: numbers of an own table and UUIDs do not.
func isUserID(v string) bool {
	if len(v) > 36 && isUUID(v[len(v)-36:]) && isName(v[:1]) {
		return false // a member of Kafka: consumer-1-5b0cb7f4-…
	}
	return !isHarmless(v) && !isUUID(v) && !isOfCluster(v) && !(allDigits(v) && len(v) < 17) && !rules.serviceUsers.hasFold(v)
}

// hasScheme says whether a value begins as an authorization does.
func hasScheme(v string) bool {
	at := strings.IndexByte(v, ' ')
	return at > 0 && rules.schemes.hasFold(v[:at])
}
