package privacy

import (
	"slices"
	"strings"
)

// Who is behind an account, where a sign joins the name with where it belongs: CORP\jane, jane/203.0.113.7:51234.

// noAccounts stand before a backslash and are no domain of Windows with people in it.
var noAccounts = setOf([]string{"authority", "builtin", "apppool", "service", "hklm", "hkcu", "hkcr", "hku", "hkey", "hkey_local_machine", "hkey_current_user",
	"hkey_classes_root", "hkey_users", "software",
	"system", "manager", "window", "virtual", "root", "cimv2", "device", "driver", "pipe", "mailslot", "unc", "registry", "machine"})

// signWords are about somebody who signs in, or is looked for.
var signWords = setOf([]string{"user", "username", "login", "logon", "account", "principal", "for", "by", "as", "caller", "subject", "member", "owner", "benutzer",
	"usuario", "utilisateur", "bruker", "runas", "impersonating", "identity", "actor", "sid", "whoami"})

// domainUsers finds CORP\jane, also where the backslash is escaped.
func (x *scanner) domainUsers(s string) {
	for i := strings.IndexByte(s, '\\'); i >= 0 && i < len(s); {
		from := i
		for i < len(s) && s[i] == '\\' {
			i++
		}
		x.nearby(s, from, i, func(s string, at int) { x.domainUser(s, at, at+i-from) })
		next := strings.IndexByte(s[i:], '\\')
		if next < 0 {
			return
		}
		i += next
	}
}

// domainUser is one of these, whose backslashes stand at sign..start.
func (x *scanner) domainUser(s string, sign, start int) {
	from := sign
	for from > 0 && (isAlnum(s[from-1]) || s[from-1] == '-' || s[from-1] == '_' || s[from-1] == '.') {
		from--
	}
	domain := s[from:sign]
	to := start
	for to < len(s) && (isIdent(s[to]) || s[to] == '$') {
		to++
	}
	for to > start && s[to-1] == '.' {
		to--
	}
	user := s[start:to]
	if domain == "" && sign > 1 && s[sign-1] == ']' && start < len(s) && s[start] == '[' {
		// user [CORP]\\[jane] of Samba
		if end := identEnd(s, start+1); end < len(s) && s[end] == ']' {
			x.addLogin(s, start+1, end)
		}
		return
	}
	if len(domain) < 2 || len(domain) > 32 || len(user) < 2 || !isLetter(domain[0]) || !isLetter(user[0]) && user[0] < 0x80 || noAccounts.hasFold(domain) ||
		to < len(s) && strings.IndexByte(`\/:%(`, s[to]) >= 0 && !endsAccount(s, to) || from > 0 && strings.IndexByte(`\/:`, s[from-1]) >= 0 && !(s[from-1] == ':' && (from < 2 || !isLetter(s[from-2]) || from > 2 && isLetter(s[from-3]))) {
		return
	}
	if !isPersonName(weakName, user) || isServiceUser(user) || isFileName(user) || user[len(user)-1] == '$' {
		return
	}
	said, announced := meaningOf(user), beforeAccount(s, from)
	// what a text escapes follows a single backslash too: FAILED\nretry
	escape := start-sign == 1 && strings.IndexByte("nrtbfuxvde0", user[0]) >= 0
	switch {
	case announced, signsIn(s[to:]), !escape && said == plain && domain == strings.ToUpper(domain) && isLower(user[0]) && containsFold(around(s, from, to), "ntlm"):
	case beforeAddress(s, to) && domain == strings.ToUpper(domain) && user != strings.ToUpper(user) && (isPersonalLogin(user) || !escape && said == plain):
	case escape || said != plain || domain != strings.ToUpper(domain) || len(domain) > 15 || user == strings.ToUpper(user):
		return
	case strings.IndexByte(domain, '.') >= 0 || !strings.ContainsAny(user, "._0123456789") && !isGivenName(strings.ToUpper(user[:1])+user[1:]) && !initialAndFamily(user):
		return
	}
	x.add(start, to, person)
}

// signsIn says whether what follows an account says what somebody did with it.
func signsIn(rest string) bool {
	for _, verb := range [...]string{" logged ", " has logged ", " signed ", " has signed ", " authenticated", " failed to log", " failed to sign", " was denied",
		" locked out", " was locked", " connected", " disconnected", " opened a session"} {
		if strings.HasPrefix(rest, verb) {
			return true
		}
	}
	return false
}

// beforeAddress says whether an address of a client follows the column that ends at i.
func beforeAddress(s string, i int) bool {
	if i+7 >= len(s) || s[i] != ' ' || !isDigit(s[i+1]) {
		return false
	}
	to, octets, ok := parseV4(s, i+1)
	return ok && octets[0] != 0 && (to == len(s) || s[to] == ' ')
}

// initialAndFamily: jdoe, asmith.
func initialAndFamily(user string) bool {
	if len(user) < 5 || !isLower(user[0]) || !isLower(user[1]) {
		return false
	}
	switch user {
	case "along", "shall", "award", "agreen", "small", "stall", "skill", "swood", "sturner":
		return false // words, and what is like them
	}
	_, found := slices.BinarySearch(familyNames, strings.ToUpper(user[1:2])+user[2:])
	return found
}

// endsAccount says whether a colon behind an account ends what is said of it.
func endsAccount(s string, i int) bool {
	return s[i] == ':' && (i+1 == len(s) || s[i+1] == ' ') || s[i] == '\\' && i+1 < len(s) && (s[i+1] == '"' || s[i+1] == '\'' || s[i+1] == '\\' && i+2 < len(s) && s[i+2] == '"')
}

// beforeAccount says whether the word or key before i is about somebody who signs in.
func beforeAccount(s string, i int) (found bool) {
	if m := meaningBefore(s, i); m == name || m == weakName || m == userID {
		return true
	}
	if i > 0 && s[i-1] != ' ' && s[i-1] != '\'' && s[i-1] != '"' && s[i-1] != '[' && s[i-1] != '(' && s[i-1] != '=' && s[i-1] != ':' {
		return false
	}
	wordsBefore(s, i, 1, func(word []byte) bool {
		found = signWords.has(word) && i > 0
		return false
	})
	return found
}

// isServiceUser says whether an account is one of a program, whatever machine it is on: systemd-network, svc-games, _chrony, www-data.
func isServiceUser(user string) bool {
	if user == "" {
		return false
	}
	if rules.serviceUsers.hasFold(user) || isHomeOfProgram(user) || user[0] == '_' {
		return true
	}
	low := strings.ToLower(user)
	for _, part := range [...]string{"svc", "service", "systemd", "daemon", "bot", "admin", "agent", "runner", "worker", "scheduler", "system", "postgres", "redis",
		"rabbit", "mysql", "nginx", "kube", "docker", "deploy", "build", "backup", "monitor", "-api", "-app"} {
		if strings.Contains(low, part) {
			return true
		}
	}
	if stem := strings.TrimRight(low, "0123456789"); stem == "uid" || stem == "gid" || stem == "user" || stem == "kafka" {
		return true
	}
	switch low {
	case "bin", "sys", "sync", "man", "lp", "news", "uucp", "proxy", "list", "irc", "gnats", "messagebus", "syslog", "uuidd", "tcpdump", "tss", "landscape",
		"pollinate", "polkitd", "dbus", "apache", "http", "httpd", "caddy", "envoy",
		"nfsnobody", "rtkit", "avahi", "chrony", "ntp", "dnsmasq", "named", "bind", "postfix", "dovecot", "exim", "opendkim", "clamav", "lxd", "snap", "ossec", "zabbix",
		"nagios", "splunk", "datadog", "dd-agent", "newrelic", "otelcol",
		"rpc", "statd", "saned", "colord", "geoclue", "gdm", "lightdm", "sddm", "pulse", "halt", "shutdown", "adm", "operator", "dialout", "tape", "users", "staff",
		"wheel", "localsystem", "networkservice", "localservice", "trustedinstaller",
		"memcache", "memcached", "influxdb", "loki", "tempo", "mimir", "minio", "etcd", "cassandra", "couchdb", "neo4j", "solr", "tomcat", "jetty", "wildfly", "kong",
		"keycloak", "sonarqube", "gitea", "gogs", "nextcloud", "discourse", "mattermost", "asterisk",
		"freeswitch", "pulumi", "terraform", "packer", "containerd", "none", "self", "me", "owner", "java", "ruby", "php", "php-fpm", "rails", "uwsgi", "gunicorn",
		"beam", "erlang", "rootless", "unprivileged", "sandbox":
		return true
	}
	return false
}

// remoteUsers finds who is connected from where: jane/203.0.113.7:51234 of a VPN.
func (x *scanner) remoteUsers(s string) {
	x.each(s, "/", func(s string, start int) {
		from := start - 1
		for from > 0 && (isAlnum(s[from-1]) || strings.IndexByte("._-+@", s[from-1]) >= 0) {
			from--
		}
		user := s[from : start-1]
		if len(user) < 2 || len(user) > 64 || !isLetter(user[0]) || start >= len(s) || from > 0 && strings.IndexByte("/:\\@=.-", s[from-1]) >= 0 && s[from-1] != '=' {
			return
		}
		at := start
		if s[at] == '[' {
			if at = strings.IndexByte(s[start:min(len(s), start+48)], ']'); at < 0 || strings.Count(s[start:start+at], ":") < 2 {
				return
			}
			at += start + 1
		} else {
			to, octets, ok := parseV4(s, start)
			if !ok || octets[0] == 0 || octets[0] == 127 {
				return
			}
			at = to
		}
		port := at + 1
		for port < len(s) && isDigit(s[port]) {
			port++
		}
		if at >= len(s) || s[at] != ':' || port-at < 5 || port < len(s) && isAlnum(s[port]) || strings.IndexByte(user, '@') < 0 && (isServiceUser(user) || notConnected.hasFold(user) || !isPersonName(weakName, user)) {
			return
		}
		if octets, private := privateAt(s, start); private && octets != 0 {
			if value := portOf(s[at+1 : port]); value < 32768 {
				return
			}
		}
		if strings.IndexByte(user, '@') < 0 && ofCluster(user) {
			return
		}
		x.add(from, start-1, person)
		end := at
		if s[start] == '[' {
			start, end = start+1, at-1
		}
		x.add(start, end, address)
	})
}

// privateAt says whether the address at i is of a private network; the first number is that of its octets.
func privateAt(s string, i int) (first byte, private bool) {
	_, octets, ok := parseV4(s, i)
	return octets[0], ok && isPrivateV4(octets)
}

func portOf(digits string) (value int) {
	for i := 0; i < len(digits); i++ {
		value = value*10 + int(digits[i]-'0')
	}
	return value
}

// ofCluster says whether a name is that of a machine: kafka-0, broker1, db.example.org, games-db.
func ofCluster(host string) bool {
	if strings.Count(host, ".") > 1 || domainEnd(host, 0) == len(host) && !isPersonalLogin(host) {
		return true
	}
	for part := range strings.FieldsFuncSeq(host, func(c rune) bool { return c == '-' || c == '.' }) {
		if stem := strings.TrimRight(part, "0123456789"); stem == "" || notConnected.hasFold(stem) || isServiceUser(stem) || kindsOfThings.hasFold(stem) {
			return true
		}
	}
	return false
}

// notConnected stand before an address and name no person.
var notConnected = setOf([]string{"tcp", "udp", "tcp4", "tcp6", "udp4", "udp6", "http", "https", "tls", "ssl", "quic", "ws", "wss", "grpc", "pod", "pods", "node",
	"nodes", "host", "hosts", "svc", "ip", "ip4", "ip6", "dns", "addr", "address", "peer", "peers",
	"server", "client", "clients", "upstream", "backend", "endpoint", "endpoints", "target", "instance", "cluster", "inet", "dev", "vlan", "src", "dst", "source",
	"destination", "from", "to", "localhost", "broker", "replica", "member", "shard", "proxy", "listener",
	"public", "private", "internal", "external", "local", "remote", "dnsaddr", "socket", "sip", "sips", "rtp", "akka.tcp", "akka", "default", "games", "game", "db",
	"mq", "cache", "web", "api", "gateway"})

// isAccount says whether what owns a process is somebody: jane, CORP\jane; and no program or number.
func isAccount(v string) bool {
	v = v[strings.LastIndexByte(v, '\\')+1:]
	for i := 1; i < len(v); i++ {
		if isUpper(v[i]) && isLower(v[i-1]) {
			return false // CronJob
		}
	}
	return len(v) > 1 && len(v) <= 64 && isPersonName(weakName, v) && onlyName(v) && !isServiceUser(v) && !isUUID(v)
}

// isLogin says whether a word is a first name and a family name with a sign between: jane.doe, jane_doe2.
func isLogin(v string) bool {
	at := strings.IndexAny(v, "._")
	if at < 3 || at > 24 || len(v)-at < 3 || len(v) > 48 || !isLower(v[0]) || isFileName(v) {
		return false
	}
	for i := at + 1; i < len(v); i++ {
		if !isLower(v[i]) && !isDigit(v[i]) && v[i] < 0x80 && v[i] != '-' {
			return false
		}
	}
	return isGivenName(string(upper(v[0])) + v[1:at])
}

// domainBefore finds the user behind a domain that is the value of a key: user=CORP\jane.
func (x *scanner) domainBefore(s string, v value) {
	if v.quoted || v.to >= len(s) || s[v.to] != '\\' || v.to == v.from {
		return
	}
	start := v.to
	for start < len(s) && s[start] == '\\' {
		start++
	}
	to := start
	for to < len(s) && isIdent(s[to]) {
		to++
	}
	if start < len(s) && isLetter(s[start]) && start-v.to <= 4 && isName(s[v.from:v.from+1]) && isPersonName(weakName, s[start:to]) && !isServiceUser(s[start:to]) {
		x.add(start, to, person)
	}
}

// isPersonalLogin says whether a name to sign in with is rather somebody's than a program's: jane.doe, j.doe.
func isPersonalLogin(v string) bool {
	if isLogin(v) {
		return true
	}
	return len(v) >= 5 && len(v) <= 24 && isLower(v[0]) && v[1] == '.' && onlyLetters(v[2:]) && !isFileName(v) && !isServiceUser(v)
}

// dottedName finds who has a first name and a family name that many people have, with a dot between, wherever it stands alone: jane.hansen printed job 12.
func (x *scanner) dottedName(s string, from, dot int) {
	to := dot + 1
	for to < len(s) && isLower(s[to]) {
		to++
	}
	if to-dot < 5 || dot-from > 20 || from > 0 && strings.IndexByte(" '\"([<=:,|;\t", s[from-1]) < 0 || to < len(s) && (isIdent(s[to]) && (s[to] != '.' || to+1 < len(s) && isIdent(s[to+1])) || strings.IndexByte("(/@\\=[", s[to]) >= 0 || s[to] == ':' && to+1 < len(s) && s[to+1] != ' ') {
		return
	}
	family := string(upper(s[dot+1])) + s[dot+2:to]
	if _, found := slices.BinarySearch(familyNames, family); found && !things.hasFold(family) && !things.hasFold(s[from:dot]) && isGivenName(string(upper(s[from]))+s[from+1:dot]) && meaningOf(s[from:dot]) == plain {
		x.add(from, to, person)
	}
}
