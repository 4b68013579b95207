package privacy

import "strings"

// Who signs in, or fails to, in lines that daemons of Unix print, each in its own form.

// addLogin masks a name to sign in with that is none of a program.
func (x *scanner) addLogin(s string, from, to int) {
	for to > from && strings.IndexByte(".,;:)'\"", s[to-1]) >= 0 {
		to--
	}
	if who := s[from:to]; to-from >= 2 && onlyName(who) && (isLetter(who[0]) || who[0] >= 0x80) && isPersonName(weakName, who) && !isServiceUser(who) && !rules.proseWords.hasFold(who) && !notUserNames.hasFold(who) {
		x.add(from, to, person)
	}
}

// loginAt masks the name to sign in with that begins at i, perhaps in quotes.
func (x *scanner) loginAt(s string, i int) {
	for i < len(s) && strings.IndexByte(" '\"", s[i]) >= 0 {
		i++
	}
	to := identEnd(s, i)
	if to+1 < len(s) && s[to] == ' ' && isLower(s[to+1]) && !strings.ContainsAny(s[i:to], "._0123456789") {
		return // password changed for security reasons
	}
	x.addLogin(s, i, to)
}

// changedFor says whether the words before `for`, which begins at from, are about what belongs to somebody: password changed for jane, keyring for jane.
func changedFor(s string, from int) bool {
	if strings.HasSuffix(s[:from], "331 Password required ") {
		return true // of FTP
	}
	for _, words := range [...]string{"assword changed ", "assword updated ", "assword expired ", "assword reset ", "login keyring ", "FAILED LOGIN "} {
		if strings.HasSuffix(s[:from], words) {
			return true
		}
	}
	return from > 0 && strings.HasSuffix(s[:from], "' ") && strings.Contains(s[max(0, from-48):from], "LOGIN")
}

// onTerminal finds who is before `on pts/1`: FAILED SU (to root) jane on pts/1. `on` begins at from, the terminal at start.
func (x *scanner) onTerminal(s string, from, start int) {
	if !strings.HasPrefix(s[start:], "pts/") && !strings.HasPrefix(s[start:], "tty") && !strings.HasPrefix(s[start:], "/dev/pts") {
		return
	}
	to := from - 1
	begin := to
	for begin > 0 && isIdent(s[begin-1]) {
		begin--
	}
	if before := s[max(0, begin-24):max(begin, 0)]; to > begin && (strings.Contains(before, "(to ") || strings.HasSuffix(before, " by ") || strings.HasSuffix(before, "user ")) {
		x.addLogin(s, begin, to)
	}
}

// serverOfFiles finds who is in brackets before what came of it: [jane] FAIL LOGIN: Client "…" of vsftpd. The word begins at from, the next at start.
func (x *scanner) serverOfFiles(s string, from, start int) {
	if from < 3 || s[from-1] != ' ' || s[from-2] != ']' {
		return
	}
	for _, what := range [...]string{"LOGIN:", "UPLOAD:", "DOWNLOAD:", "MKDIR:", "DELETE:", "RENAME:"} {
		if strings.HasPrefix(s[start:], what) {
			x.addLogin(s, strings.LastIndexByte(s[:from-2], '[')+1, from-2)
			return
		}
	}
}

// proxied finds who asked a proxy: 45 10.1.4.22 TCP_MISS/200 812 GET http://example.org/ jane HIER_DIRECT/…
func (x *scanner) proxied(s string, after int) {
	to := after - len(" TCP_")
	from := to
	for from > 0 && (isDigit(s[from-1]) || s[from-1] == '.') {
		from--
	}
	if end, _, ok := parseV4(s, from); ok && end == to {
		x.add(from, to, address)
	}
	for _, mark := range [...]string{" HIER_", " DIRECT/", " NONE/", " FIRSTUP_PARENT/"} {
		if at := strings.Index(s[after:], mark); at > 0 {
			end := after + at
			begin := strings.LastIndexByte(s[:end], ' ') + 1
			x.addLogin(s, begin, end)
			return
		}
	}
}

// notUserNames follow `user` and say what of a user is meant: user profile not found.
var notUserNames = setOf([]string{"account", "accounts", "data", "profile", "profiles", "input", "settings", "setting", "agent", "id", "ids", "info",
	"information", "name", "names", "record", "records", "session", "sessions", "group", "groups", "role", "roles",
	"type", "token", "tokens", "email", "list", "object", "entity", "table", "with", "was", "is", "not", "and", "or", "in", "has", "for", "service", "does", "did",
	"already", "preferences", "preference", "pool", "space", "directory", "dir", "home", "config",
	"context", "cache", "request", "query", "index", "login", "logout", "model", "repository", "controller", "store", "database", "mode", "attempt", "attempts",
	"from", "to", "by", "can", "cannot", "could", "must", "should", "will", "would", "may",
	"interface", "metadata", "permission", "permissions", "policy", "credentials", "registration", "authentication", "creation", "deletion", "update", "feedback",
	"flow", "activity", "action", "event", "interaction", "journey", "import", "export", "sync",
	"defined", "specified", "provided", "supplied", "generated", "count", "counts", "limit", "quota", "lookup", "search", "key", "keys", "script", "manual", "guide",
	"story", "mapping", "schema", "class", "field", "fields", "the", "a", "an", "this", "that",
	"who", "whose", "had", "on", "at", "as", "of", "exists", "missing", "found", "logged", "signed", "joined", "left", "invalid", "valid", "unknown", "deleted",
	"removed", "added", "created", "updated", "disabled", "enabled", "locked", "banned", "denied",
	"authenticated", "authorized", "unauthorized", "blocked", "selected", "clicked", "requested", "opened", "closed", "changed", "cancelled", "canceled", "accepted",
	"declined", "rejected", "verified", "confirmed", "failed", "succeeded", "tried", "asked",
	"sent", "received", "has", "no", "none", "all", "any", "other", "another", "new", "old", "current", "first", "last", "next", "same", "input", "presence",
	"status", "state", "level", "message", "messages", "notification", "notifications", "channel", "channels",
	"mention", "mentions", "entry", "entries", "row", "rows", "item", "items", "page", "pages", "view", "views", "form", "forms", "menu", "panel", "dashboard",
	"admin", "administrator", "member", "members", "guest", "guests", "owner", "owners", "via", "using",
	"exec", "cpu", "time", "land", "mode", "friendly", "facing", "experience", "acceptance", "consent", "timezone", "locale", "language", "avatar", "picture",
	"photo", "image", "nickname", "username", "password", "pin", "mail", "mails", "phone", "address", "addresses",
	"defaults", "default", "options", "option", "attribute", "attributes", "property", "properties", "claims", "claim", "scope", "scopes", "principal", "identity",
	"provider", "federation", "realm", "client", "clients", "device", "devices", "endpoint", "api", "app"})

// kindsOfThings are numbered by programs: shard12, model2.
var kindsOfThings = setOf([]string{"shard", "batch", "model", "cache", "queue", "stage", "story", "point", "class", "layer", "proxy", "route", "trace", "query",
	"value", "output", "thread", "server", "module", "plugin", "package", "schema", "cluster", "region", "bucket",
	"stream", "process", "instance", "function", "method", "variable", "parameter", "argument", "state", "phase", "round", "match", "version", "release", "branch",
	"commit", "pipeline", "workflow", "operator", "handler", "manager", "factory", "consumer", "producer",
	"listener", "trigger", "timer", "counter", "metric", "alert", "widget", "button", "column", "element", "feature", "experiment", "variant", "segment", "cohort",
	"campaign", "backup", "snapshot", "archive", "report", "template", "document", "folder", "persona",
	"alpha", "gamma", "delta", "sample", "example", "dummy", "portal", "timeline", "migration", "revision", "iteration", "sprint", "ticket", "order", "invoice",
	"product", "thing", "other", "second", "third", "player", "person", "people", "human", "visitor", "number",
	"tier", "plan", "slot", "team", "game", "part", "step", "area", "zone", "site", "unit", "port", "pool", "node", "rule", "task", "feed", "pass", "wave", "core",
	"disk", "host", "test", "tenant", "company", "organisation", "organization", "workspace", "vendor", "merchant", "supplier", "location", "device", "sensor", "machine", "robot", "replica", "leader", "follower", "secondary", "broker",
	"drone", "vehicle", "truck", "printer", "camera", "router", "switch", "gateway", "bridge", "venue", "lobby", "guild", "partition", "subscriber", "publisher", "collector", "exporter", "receiver", "processor", "infra", "platform", "crawler", "scraper", "watchdog", "retention", "formatter", "linter", "compiler", "parser", "renderer", "encoder",
	"decoder", "loader", "builder", "fetcher", "poller", "sweeper", "cleaner", "reaper", "janitor", "validator", "indexer", "importer", "uploader", "downloader", "installer", "updater", "migrator", "notifier", "mailer", "logger", "tracer",
	"profiler", "sampler", "balancer", "dispatcher", "controller", "coordinator", "supervisor", "orchestrator", "provisioner", "autoscaler", "automod", "automation", "moderator", "twitch", "youtube", "github", "gitlab", "slack", "discord",
	"telegram", "stripe", "paypal", "webhook", "systemd", "policy", "import", "export"})

// isHandle says whether a word behind `user` is what somebody is called, and no kind of things with a number: nightowl77, solveig_h; not table_7.
func isHandle(v string) bool {
	if len(v) < 5 || len(v) > 32 || !onlyName(v) || !isLetter(v[0]) || isServiceUser(v) || isFileName(v) || !isPersonName(weakName, v) || isUUID(v) || strings.ToUpper(v) == v {
		return false
	}
	if isPersonalLogin(v) || initialAndFamily(v) {
		return true
	}
	stem := strings.TrimRight(v, "0123456789")
	if digits := len(v) - len(stem); digits == 0 || digits > 4 || len(stem) < 5 && !isGivenName(strings.ToUpper(stem[:1])+strings.ToLower(stem[1:])) || strings.ContainsAny(stem, "0123456789.-") || isAllHex(v) {
		return false
	}
	for part := range strings.SplitSeq(stem, "_") {
		if part != "" && (notUserNames.hasFold(part) || kindsOfThings.hasFold(part) || rules.notUsers.hasFold(part) || things.hasFold(part) || rules.numberWords.hasFold(part) || rules.proseWords.hasFold(part) || meaningOf(part) != plain) {
			return false
		}
	}
	return true
}

// isFailedUser says whether what follows a name says what became of who signed in: user jane: authentication failure, user jane not found.
func isFailedUser(who, rest string) bool {
	stem := strings.TrimRight(who, "0123456789")
	if len(who) < 3 || !onlyName(who) || !isLetter(who[0]) || who != strings.ToLower(who) || !isPersonName(weakName, who) || isServiceUser(who) || isFileName(who) ||
		notUserNames.hasFold(stem) || kindsOfThings.hasFold(stem) || adverbs.hasFold(who) || strings.HasSuffix(who, "ly") || strings.IndexByte(who, '_') > 0 && !isChosenName(who) {
		return false
	}
	for _, verb := range [...]string{": authentication failure", " not found", ": password mismatch", ": Password mismatch", " does not exist", " is locked",
		" was locked", " is disabled", " is banned", " was denied", " authenticated ", " locked out", ": invalid password",
		": bad password", ": wrong password", " is not allowed", " has no permission", " is not a member", " cannot log in", " could not log in", " failed to log in",
		" failed to authenticate", " attempted to", " changed password", " reset password", " entered a wrong"} {
		if strings.HasPrefix(rest, verb) {
			return true
		}
	}
	return false
}
