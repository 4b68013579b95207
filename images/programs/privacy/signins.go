package privacy

import "strings"

// Who signs in, or fails to, in the words of libraries and servers: Authentication failed for jane:, New login failure by jane, [login|jane].

var (
	// signInThings and signInVerdicts stand before `for` and `by` where somebody signs in: Failed login attempt for, bad credentials for.
	signInThings = setOf([]string{"authentication", "auth", "authenticate", "login", "logins", "logon", "logons", "signin", "sign-in", "password", "passwords", "credentials",
		"challenge", "mfa", "fa", "otp", "totp", "account", "reset", "session", "impersonation", "passcode", "attempt", "attempts", "passkey", "passkeys", "webauthn", "consent", "enrollment", "anmeldung", "connexion", "inicio", "innlogging"})
	signInVerdicts = setOf([]string{"failed", "failure", "failures", "fail", "invalid", "bad", "wrong", "incorrect", "denied", "rejected", "refused", "successful", "succeeded",
		"unsuccessful", "locked", "expired", "attempt", "attempts", "requested", "error", "unknown", "repeated", "blocked", "throttled", "mismatch", "started", "invalidated", "terminated", "revoked", "fehlgeschlagen", "mislyktes"})
	// signInNews stand before `for`, and before `by` they say by what means: sent by sms.
	signInNews = setOf([]string{"enrolled", "sent", "issued", "granted", "confirmed", "changed", "enabled", "disabled", "activated", "deactivated", "reset", "updated", "verified", "registered", "added", "removed", "created", "deleted"})
	// notSignedIn follow `for` where a program or a thing of it is refused.
	notSignedIn = setOf([]string{"today", "yesterday", "upstream", "downstream", "database", "databases", "tenant", "tenants", "realm", "project", "projects", "bucket", "scope", "scopes",
		"pipeline", "maintenance", "broker", "brokers", "cluster", "clusters", "domain", "domains", "field", "registry", "repository", "repo", "mailbox", "tunnel", "connection", "connections",
		"resource", "resources", "route", "host", "hosts", "site", "port", "topic", "topics", "protocol", "method", "scheme", "provider", "issuer", "origin", "license", "licence", "feed",
		"security", "review", "retry", "reason", "reasons", "lack", "every", "each", "more", "less", "over", "now", "good", "ever", "here", "there", "everyone", "everybody", "nobody", "someone",
		"them", "him", "her", "us", "me", "itself", "one", "two", "three", "four", "five", "ten", "days", "hours", "minutes", "seconds", "week", "month", "year", "production", "staging",
		"development", "sms", "email", "phone", "smtp", "imap", "pop3", "ldap", "saml", "oidc", "oauth", "oauth2", "sasl", "http", "https", "ssh", "sftp", "vpn", "wifi", "rest", "graphql", "webhook", "webhooks", "queue",
		"exchange", "vhost", "index", "collection", "keyspace", "schema", "workspace", "organization", "organisation", "org", "team", "shop", "store", "subscription", "plan", "peer", "peers"})
)

// aboutSignIn says whether the words before the one that begins at from are about somebody who signs in.
func aboutSignIn(s string, from int) (found bool) {
	news := s[from] == 'f' // for
	thing, verdict, n := false, false, 0
	wordsBefore(s, from, 4, func(word []byte) bool {
		isThing, isVerdict := signInThings.has(word), signInVerdicts.has(word) || news && signInNews.has(word)
		if n++; n == 1 {
			thing, verdict = isThing, isVerdict
			return thing || verdict
		}
		found = verdict && isThing || thing && isVerdict
		return !found
	})
	return found
}

// signsInAt masks who signs in, behind such words, from i on: in quotes or brackets, or as a word of its own. It says whether somebody stood there.
func (x *scanner) signsInAt(s string, i int) bool {
	enclosed := false
	for i < len(s) && strings.IndexByte(" '\"[<(\\", s[i]) >= 0 {
		enclosed = enclosed || s[i] != ' '
		i++
	}
	to := identEnd(s, i)
	for to > i && s[to-1] == '.' {
		to--
	}
	who := s[i:to]
	if len(who) < 3 || len(who) > 48 || !isLetter(who[0]) && who[0] < 0x80 || isServiceUser(who) || isHarmless(who) || isFileName(who) || !isPersonName(weakName, who) || isOfCluster(s[i:min(len(s), i+16)]) ||
		to < len(s) && strings.IndexByte("@/=\\", s[to]) >= 0 && !strings.HasPrefix(s[to:], "/<via") && !onHost(s, who, to) {
		return false
	}
	if to < len(s) && s[to] == '@' {
		x.add(i, to, person)
		return true
	}
	if !isChosenName(who) && !mayBeLogin(s, who, to, enclosed) {
		return false
	}
	x.add(i, to, person)
	return true
}

// onHost says whether a sign joins a name with the machine on which somebody signs in, which has no top level: jane.doe@web-1.
func onHost(s, who string, to int) bool {
	return s[to] == '@' && domainEnd(s, to+1) == 0 && identEnd(s, to+1) > to+1 && (isChosenName(who) || isLocalPart(who) || isOnMachine(who))
}

// mayBeLogin says whether a word that has not the shape of a name to sign in with may be one all the same, by what it is not and by what follows.
func mayBeLogin(s, who string, to int, enclosed bool) bool {
	stem := strings.TrimRight(who, "0123456789")
	if len(stem) < 3 || who != strings.ToLower(who) && !isGivenName(who) || rules.proseWords.hasFold(who) || notUserNames.hasFold(stem) || kindsOfThings.hasFold(stem) || notConnected.hasFold(stem) || notSignedIn.hasFold(stem) ||
		things.hasFold(stem) || adverbs.hasFold(who) || aboutSecrets.hasFold(who) || rules.notUsers.hasFold(stem) || meaningOf(who) != plain || domainEnd(who, 0) == len(who) || strings.IndexByte(who, '-') >= 0 || hasToldEnding(who) {
		return false
	}
	if enclosed || to == len(s) {
		return true
	}
	if strings.IndexByte(":;,.)]\"'(", s[to]) >= 0 {
		return !(s[to] == ':' && to+1 < len(s) && isAlnum(s[to+1]))
	}
	for _, words := range [...]string{" from ", " (", " after ", " in session", " via ", " on ", " - ", " at ", " [", " until ", " with "} {
		if strings.HasPrefix(s[to:], words) {
			return true
		}
	}
	return false
}

// isOfSomebody says whether a name that signs in to a server of data is rather a person's than a program's: jane.doe, jdoe, kari77.
func isOfSomebody(v string) bool {
	return isPersonalLogin(v) || initialAndFamily(v) || isHandle(v)
}

// databaseUsers are programs that keep their data in a server and sign in to it.
var databaseUsers = setOf([]string{"metabase", "superset", "redash", "checkout", "ledger", "reporting", "airbyte", "dagster", "debezium", "mlflow", "kong", "hasura", "directus", "strapi", "odoo", "moodle", "drupal",
	"mastodon", "synapse", "temporal", "prisma", "booking", "bookings", "invoices", "invoicing", "blog", "cms", "crm", "erp", "warehouse", "pgadmin", "flyway", "liquibase", "datadog", "telegraf", "pgpool", "pgwatch",
	"pghero", "umami", "plausible", "matomo", "nocodb", "appsmith", "windmill", "outline", "paperless", "immich", "vaultwarden", "authentik", "zitadel", "ory", "hydra", "kratos", "dex", "harbor", "quay", "awx", "rundeck",
	"prefect", "dbt", "fivetran", "stitch", "looker", "tableau", "powerbi", "etl", "export", "exporter", "importer", "ingest", "ingester", "loader", "migrator", "migrate", "migrations", "archiver", "standby", "failover"})

// isRefusedUser says whether a server of data turns somebody away who may be a person: the name is no word of things, no program and not that of a database beside it.
func isRefusedUser(s, who string, to int) bool {
	if !strings.Contains(s, "pg_hba") && !strings.Contains(s, "authentication failed for user") || !onlyLetters(who) || len(who) < 5 || databaseUsers.hasFold(who) || isServiceUser(who) || !mayBeLogin(s, who, to, true) {
		return false
	}
	return !strings.Contains(s, `database "`+who) && !strings.Contains(s, "database="+who)
}

// signIns finds who signs in where no single word announces it.
func (x *scanner) signIns(s string, sum summary) {
	// of SonarQube and its like
	if sum.all(bracket | bar) {
		if at := strings.Index(s, "[login|"); at >= 0 {
			x.signsInAt(s, at+len("[login|"))
		}
	}
	// jane is at 10.1.2.3 in (jane@10.1.2.3), and in MySQL's Connect jane@10.1.2.3 on shop
	x.each(s, "@", func(s string, after int) {
		to, _, ok := parseV4(s, after)
		if !ok || after < 3 {
			return
		}
		from := after - 1
		for from > 0 && isIdent(s[from-1]) {
			from--
		}
		if isLoginBefore(s[max(0, from-16):after-1], s[to:]) {
			x.addLogin(s, from, after-1)
		}
	})
	// jane     pts/0        2026-02-11 08:14 (10.1.2.3) of who
	x.each(s, " pts/", func(s string, after int) {
		to := after - len(" pts/")
		for to > 0 && s[to-1] == ' ' {
			to--
		}
		from := to
		for from > 0 && isIdent(s[from-1]) {
			from--
		}
		if day := strings.TrimLeft(s[identEnd(s, after):], " "); (from == 0 || s[from-1] == '\n') && len(day) > 3 && (isDigit(day[0]) || months.hasFold(day[:3])) {
			x.addLogin(s, from, to)
		}
	})
	// ~jane/public_html
	x.each(s, "~", func(s string, after int) {
		if to := identEnd(s, after); to < len(s) && s[to] == '/' && (strings.HasPrefix(s[to:], "/public_html") || isOfSomebody(s[after:to])) {
			x.addLogin(s, after, to)
		}
	})
	// 10.1.2.3 jane [11/Feb/2026:… of an access log
	x.each(s, " [", func(s string, after int) {
		if !isLogDay(s[after:]) {
			return
		}
		to := after - len(" [")
		from := to
		for from > 0 && isIdent(s[from-1]) {
			from--
		}
		if from > 7 && s[from-1] == ' ' && isDigit(s[from-2]) && strings.Count(s[max(0, from-17):from], ".") >= 3 {
			x.addLogin(s, from, to)
		}
	})
	// 10.1.2.3:50122 [jane] Peer Connection Initiated of OpenVPN
	if at := strings.Index(s, "] Peer Connection "); sum.all(bracket|digits) && at > 0 {
		x.addLogin(s, strings.LastIndexByte(s[:at], '[')+1, at)
	}
	// Login incorrect: [jane] (from client ap-4 port 0 cli …) of RADIUS
	if at := strings.Index(s, "] (from client "); sum.all(bracket|colon) && at > 0 {
		if from := strings.LastIndexByte(s[:at], '[') + 1; from > 0 && strings.Contains(s[max(0, from-160):from], "Login ") {
			who, secretPart, _ := strings.Cut(s[from:at], "/")
			x.addLogin(s, from, from+len(who))
			if secretPart != "" && secretPart[0] != '<' {
				x.addUnlessMask(s, from+len(who)+1, at)
			}
		}
	}
	if sum.any(bracket) {
		x.signInsInBrackets(s)
		if at := strings.Index(s, "SASL "); at >= 0 {
			if failed := strings.Index(s[at:], "authentication failed: "); failed > 0 {
				x.encodedLogin(s, at+failed+len("authentication failed: "))
			}
		}
	}
	if at := strings.IndexByte(s, '!'); at > 2 {
		x.hostmask(s, at)
	}
	// jane: Authentication failed: …
	if at := strings.Index(s, ": Authentication failed"); at > 0 {
		from := at
		for from > 0 && isIdent(s[from-1]) {
			from--
		}
		if isOfSomebody(s[from:at]) {
			x.add(from, at, person)
		}
	}
}
