package privacy

import "strings"

// Versions of four numbers, which look like addresses: runtime 9.0.0.2, rails (7.1.3.4), upgraded from 1.16.2.1 to 1.16.5.2.

var (
	// productWords stand before a version of themselves.
	productWords = setOf([]string{"runtime", "jre", "jdk", "sdk", "kernel", "driver", "plugin", "gem", "framework", "bundler", "ruby", "rails", "dotnet", "mono", "nuget", "electron", "webview", "bios", "compiler", "toolchain",
		"installer", "updater", "patch", "hotfix", "erlang", "otp", "ubuntu", "windows"})
	// packageWords stand in a text that lists what is installed.
	packageWords = [...]string{"gem", "bundle", "nstalled", "nstalling", "pgrad", "ackage", "ependenc", "emfile", "locked", "resolved"}
)

// isObjectIdentifier says whether four numbers name a kind of thing, as certificates, directories and SNMP number them: extension 2.5.29.36, OID 2.5.4.3.
func isObjectIdentifier(s string, from int, o [4]byte) (found bool) {
	if o[0] > 2 || o[0] < 2 && o[1] > 39 {
		return false
	}
	wordsBefore(s, from, 3, func(word []byte) bool {
		switch string(word) {
		case "oid", "oids", "extension", "extensions", "identifier", "attribute", "algorithm", "mib", "snmp", "eku", "usage", "policy":
			found = true
		}
		return !found
	})
	return found || o[0] == 2 && o[1] == 5 && (o[2] == 29 || o[2] == 4) && (containsFold(s, "certificate") || containsFold(s, "x509") || containsFold(s, "x.509") || containsFold(s, "asn.1") || containsFold(s, "asn1"))
}

// isVersionOfProduct says whether four numbers are the version of what the word before them names, as it stands or in brackets.
func isVersionOfProduct(s string, from, to int, o [4]byte) bool {
	if o[0] >= 40 || o[1] >= 40 {
		return false // as large as no version is that others do not say to be one
	}
	last := from
	from = earlierVersion(s, from)
	before := s[:from]
	rest := s[to:]
	if head, ok := strings.CutSuffix(before, " from "); ok {
		return o[2] < 40 && (from < last || beforeVersion(rest)) && changesPackage(head)
	}
	bracket := strings.HasSuffix(before, " (") && (strings.HasPrefix(rest, ")") || strings.HasPrefix(rest, " => ") || strings.HasPrefix(rest, " -> ") || strings.HasPrefix(rest, ", "))
	if bracket {
		before = before[:from-2]
	} else if !strings.HasSuffix(before, " ") {
		return false
	} else {
		before = before[:from-1]
	}
	product := false
	wordsBefore(before, len(before), 1, func(word []byte) bool {
		end := len(before)
		product = end > 0 && isLetter(before[end-1]) && (productWords.has(word) || bracket && len(word) > 1 && !rules.clientWords.has(word) && !rules.serverWords.has(word) && !rules.proseWords.has(word))
		return false
	})
	if !product || !bracket {
		return product
	}
	if o[2] >= 40 {
		return false
	}
	near := s[max(0, from-160):min(len(s), to+160)]
	for _, word := range packageWords {
		if strings.Contains(near, word) {
			return true
		}
	}
	return false
}

// beforeVersion says whether a text goes on with the version that something is changed to.
func beforeVersion(rest string) bool {
	for _, between := range [...]string{" to ", " → ", " => ", " -> "} {
		if to, ok := strings.CutPrefix(rest, between); ok {
			return to != "" && isDigit(to[0])
		}
	}
	return false
}

// changesPackage says whether a text ends where it names a package that is changed: Upgraded package libssl.
func changesPackage(before string) (changes bool) {
	wordsBefore(before, len(before), 3, func(word []byte) bool {
		switch string(word) {
		case "connection", "conn", "socket", "websocket", "session", "request", "client", "traffic", "login", "user":
			return false
		case "upgraded", "upgrading", "upgrade", "updated", "updating", "downgraded", "downgrading", "bumped", "bumps", "bump", "migrated", "package", "gem", "plugin":
			changes = true
		}
		return !changes
	})
	return changes
}

// earlierVersion is where the version before `to` or an arrow begins, for one that ends a change: 1.16.2.1 to 1.16.5.2; from where none does.
func earlierVersion(s string, from int) int {
	for _, between := range [...]string{" to ", " → ", " => ", " -> "} {
		if at := from - len(between); at > 0 && s[at:from] == between && isDigit(s[at-1]) {
			for at > 0 && (isDigit(s[at-1]) || s[at-1] == '.') {
				at--
			}
			return at
		}
	}
	return from
}
