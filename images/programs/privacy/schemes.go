package privacy

import "strings"

// brokenURLs finds user and password in addresses whose scheme lost a sign, as an error repeats them: postgres//app:abc@db/shop, amqp:/app:abc@mq, //app:abc@host.
func (x *scanner) brokenURLs(s string) {
	x.each(s, "@", func(s string, after int) {
		at := after - 1
		if after >= len(s) || !isAlnum(s[after]) && s[after] != '[' {
			return
		}
		from := at
		for from > 0 && at-from < 256 && strings.IndexByte(" \t\r\n\"'`<>|()[]{}", s[from-1]) < 0 {
			from--
		}
		token := s[from:at]
		sign, scheme := strings.Index(token, "/"), 0
		if sign < 0 || strings.HasPrefix(token[max(0, sign-1):], "://") {
			return
		}
		if equals := strings.LastIndexByte(token[:sign], '='); equals >= 0 {
			scheme = equals + 1
		}
		info := sign + 1
		name := token[scheme:sign]
		if strings.HasPrefix(token[sign:], "//") {
			info++
		} else if name = strings.TrimSuffix(name, ":"); len(name) == sign-scheme {
			return // a path
		}
		if !isKnownScheme(name) && !(name == "" && info == sign+2) {
			return
		}
		colon := strings.IndexByte(token[info:], ':')
		if colon < 0 || !onlyName(token[info:info+colon]) {
			return
		}
		password := token[info+colon+1:]
		if len(password) < 3 || isHarmless(password) || name == "" && (allDigits(password) || colon == 0) {
			return
		}
		x.add(from+info, at, secret)
	})
}

// isKnownScheme says whether a word is the scheme of an address with a user in it: postgresql+asyncpg, https.
func isKnownScheme(name string) bool {
	switch strings.ToLower(name) {
	case "http", "https", "ws", "wss", "socks5", "socks", "git", "ssh", "ftps", "kafka", "clickhouse", "influxdb", "neo4j", "bolt", "cockroachdb", "sqlserver", "oracle", "snowflake", "imap", "imaps":
		return true
	}
	first, _, _ := strings.Cut(name, "+")
	return storeSchemes.hasFold(first) || storeSchemes.hasFold(name)
}
