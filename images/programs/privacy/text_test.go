package privacy

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
)

// Made up, of the right shape; put together so that no scanner mistakes them for real ones.
var (
	botToken = strings.Join([]string{"MTA0NTk4NzY1NDMyMTA5ODc2NQ", "GabcdE", "x1y2z3-A4B5C6_d7e8f9g0h1i2j3k4l5m6n7o8"}, ".")
	jwt      = strings.Join([]string{"eyJhbGciOiJIUzI1NiJ9", "eyJzdWIiOiIxMjM0In0", "c2lnbmF0dXJl"}, ".")
	pemLine  = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKB"
	pemMid   = "wMzrXXG9c4c1yyFt8e0mxbo0jEmWMkJBwAn4Q3bd9QW2YCkvYW2kKJ5fxV3eSwLy"
	grafana  = "glsa" + "_Qw3rTy7uIoP9aSdF1gHjK5lZ_1a2b3c4d"
	aws      = "AKIA" + "IOSFODNN7EXAMPLE"
)

func testScanner(given options) *scanner {
	o := &options{action: given.action, addresses: given.addresses, hashKey: given.hashKey, patterns: given.patterns}
	if o.action == "" {
		o.action = "mask"
	}
	if o.addresses == "" {
		o.addresses = "truncate"
	}
	o.keys = newKeyCache(nil)
	x := newScanner(o)
	x.begin(time.Date(2026, 11, 29, 0, 0, 0, 0, time.UTC))
	return x
}

func TestAFailingFinderMasksTheValue(t *testing.T) {
	x := testScanner(options{})
	x.patterns = []*regexp.Regexp{nil}
	if clean, changed := x.text("anything 1", plain); clean != mask || !changed {
		t.Errorf("%q %t", clean, changed)
	}
}

func TestAMessageInAStackTraceIsReadAsTheTextItWas(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{
			"Traceback (most recent call last):\n  File \"pool.py\", line 12, in open\npsycopg.OperationalError: db:5432:app:app:pg-Secret-1\n",
			"Traceback (most recent call last):\n  File \"pool.py\", line 12, in open\npsycopg.OperationalError: db:5432:app:app:***\n",
		},
		{"java.io.IOException: AUTH redis-Secret-1\n\tat app.Pool.open(Pool.java:12)", "java.io.IOException: AUTH ***\n\tat app.Pool.open(Pool.java:12)"},
		{"TypeError: id is 7\n    at open (pool.js:12:5)", "TypeError: id is 7\n    at open (pool.js:12:5)"},
	} {
		if got := masked(t, test.text); got != test.want {
			t.Errorf("%q, not %q", got, test.want)
		}
	}
}

func TestEachMemberOfTheTraceStateIsCleaned(t *testing.T) {
	state := pcommon.NewTraceState()
	state.FromRaw("app=AUTH redis-Secret-1,ot=th:c")
	testScanner(options{}).traceState(state)
	if got := state.AsRaw(); got != "app=AUTH ***,ot=th:c" {
		t.Error(got)
	}
}

func masked(t *testing.T, s string) string {
	t.Helper()
	clean, _ := testScanner(options{}).text(s, plain)
	if again, changed := testScanner(options{}).text(clean, plain); changed {
		t.Errorf("masked twice: %q -> %q -> %q", s, clean, again)
	}
	return clean
}

// becoming is a text and what is left of it.
type becoming struct{ text, want string }

func becomes(t *testing.T, all []becoming) {
	t.Helper()
	for _, one := range all {
		if got := masked(t, one.text); got != one.want {
			t.Errorf("\n text %q\n  got %q\n want %q", one.text, got, one.want)
		}
	}
}

func stays(t *testing.T, texts []string) {
	t.Helper()
	for _, text := range texts {
		if got := masked(t, text); got != text {
			t.Errorf("%q became %q", text, got)
		}
	}
}

func TestWhatIsFoundInTexts(t *testing.T) {
	becomes(t, []becoming{
		{"mail to jane.doe+x@example.org now", "mail to *** now"},
		{"mail to jürgen@müller.example, please", "mail to ***, please"},
		{"?to=jane%40example.org&page=2", "?to=***&page=2"},
		{"login " + botToken + " ok", "login *** ok"},
		{"cookie " + jwt + ";", "cookie ***;"},
		{"member 123456789012345678 joined", "member *** joined"},
		{"<@!12345678901234567890>", "<@!12345678901234567890>"},
		{"<@!123456789012345678>", "<@!***>"},
		{"guild_123456789012345678_member_876543210987654321", "guild_***_member_***"},
		{"POST /webhooks/123456789012345678/aBc-D_ef.1", "POST /webhooks/***/***"},
		{"https://discord.com/api/v10/webhooks/42/abc?wait=true", "https://discord.com/api/v10/webhooks/***/***?wait=true"},
		{"POST /interactions/123456789012345678/aW50ZXJhY3Rpb246/callback", "POST /interactions/***/***/callback"},
		{"join https://discord.gg/aBcD3f or discord.com/invite/xyz", "join https://discord.gg/*** or discord.com/invite/***"},
		{"postgresql://app:hunter2@postgres/db", "postgresql://***@postgres/db"},
		{"amqp://u:p/w#x@rabbitmq:5672/vh failed", "amqp://***@rabbitmq:5672/vh failed"},
		{"redis://:p@ss@redis:6379/0", "redis://***@redis:6379/0"},
		{"password=hunter2&x=1", "password=***&x=1"},
		{"Authorization: Bearer abcdefghijklmnop1234", "Authorization: Bearer ***"},
		{"authorization: Basic dXNlcjpwYXNz\r\nhost: x", "authorization: Basic ***\r\nhost: x"},
		{`{"access_token": "abc", "refresh_token": "def", "token_type": "bearer", "expires_in": 3600}`,
			`{"access_token": "***", "refresh_token": "***", "token_type": "bearer", "expires_in": 3600}`},
		{"client_secret=abc POSTGRES_PASSWORD=x1 PGPASSWORD=swordfish clientSecret=y", "client_secret=*** POSTGRES_PASSWORD=*** PGPASSWORD=*** clientSecret=***"},
		{`body {\"password\": \"a b\", \"n\": 1}`, `body {\"password\": \"***\", \"n\": 1}`},
		{`{'password': 'x y', 'user_id': 7}`, `{'password': '***', 'user_id': 7}`},
		{`{'token': b'abc\'d', 'n': 1}`, `{'token': b'***', 'n': 1}`},
		{"session id: 8f7e6d5c4b3a", "session id: ***"},
		{"Cookie: sid=abc; theme=dark\nHost: x", "Cookie: sid=***; theme=dark\nHost: x"},
		{"card 4111 1111 1111 1111 declined", "card *** declined"},
		{"card 4111-1111-1111-1111, 4111111111111111", "card ***, ***"},
		{"call +49 30 1234567 or (555) 010-1234", "call *** or ***"},
		{"from 203.0.113.77:5000 and 2001:db8:1:2::7", "from 203.0.113.0:5000 and 2001:db8:1::"},
		{"client 192.168.1.77 asked 172.18.0.5:5432", "client 192.168.1.0 asked 172.18.0.5:5432"},
		{"key " + grafana + " refused", "key *** refused"},
		{"aws " + aws, "aws ***"},
		{pemLine, "***"},
		{pemMid, "***"},
		{"-----BEGIN PRIVATE KEY-----\n" + pemLine + "\nabc=\n-----END PRIVATE KEY-----", "-----BEGIN PRIVATE KEY-----\n***\n-----END PRIVATE KEY-----"},
		{"username=jane nick: Jane Doe, display_name='Jane D'", "username=*** nick: ***, display_name='***'"},
		{"jane#0042 joined", "*** joined"},
		{"SELECT * FROM users WHERE name = 'jane' AND age > 41", "SELECT * FROM users WHERE name = ? AND age > ?"},
		{"DETAIL:  Key (nick)=(janedoe) already exists.", "DETAIL:  Key (nick)=(***) already exists."},
		{"x [parameters: ('secretparam', 1)]\nend", "x [parameters: ('***', 1)]\nend"},
		{"mysql -h db -phunter2 app", "mysql -h db -p*** app"},
		{"run --token abcdef --password x --port 80", "run --token *** --password *** --port 80"},
		{"login with password hunter2 failed", "login with password *** failed"},
		{"GET /cb?code=abcDEF123&state=xyz HTTP/1.1", "GET /cb?code=***&state=*** HTTP/1.1"},
		{"\x1b[1mAuthorization\x1b[0m: \x1b[33mBearer abcdefgh1234\x1b[0m", "\x1b[1mAuthorization\x1b[0m: \x1b[33mBearer ***\x1b[0m"},
		{"&quot;password&quot;:&quot;abc&quot;", "&quot;password&quot;:&quot;***&quot;"},
		{"$2b$12$abcdefghijklmnopqrstuvABCDEFGHIJKLMNOPQRSTUV0123456789", "***"},
	})
}

func TestWhatStays(t *testing.T) {
	stays(t, []string{
		"4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7", "GET /games/42 took 12.5 ms", "1.2.3", "game_scheduler", "2026-11-24T13:00:00Z",
		"time_unix_nano=1795000000000000000", "system identifier 7301234567890123456", "000000010000000000000042", "memory limit 9223372036854771712",
		"max_tokens=4096 token_type=bearer password_changed=true secret_name=app password_file=/run/secrets/pw", "code=ECONNREFUSED code=23505 code=200",
		"grant_type=authorization_code", "password=*** token: [REDACTED] secret=null pwd=None", "Unexpected token < in JSON at position 0",
		"<0.684.0> amq.gen-JzTY20BRgKO-HjmUJj0wLg amq.ctag-abc", "Mozilla/5.0 Chrome/120.0.0.0 Safari/537.36", "version 1.2.3.4 and v10.4.5.6",
		"listen on 0.0.0.0:8000, 127.0.0.1, ::1, [::]:80", "std::string a::b dead::beef x::int4", "MAC 02:42:ac:12:00:05", "at 12:34:56:789",
		"rabbit@rabbitmq-0 celery@worker-1 git@github.com:org/repo.git image@sha256:abc pkg@1.2.3", "SELECT a FROM t WHERE x = $1 AND y IN (?, ?) AND z = %s",
		"bot application_commands_synced", `Basic realm="x"`, "0.12345678901234567", "10.0.0.0/8 172.18.0.0/16 255.255.255.0",
		"550e8400-e29b-41d4-a716-446655440000", "01ARZ3NDEKTSV4RRFFQ69G5FAV", "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
		"token bucket refilled, cookie consent shown, password reset requested, secret santa", "game.events,bot.queue,game.dlx", "issue#1234 repo/x#4321",
		"Invalid token: Signature has expired", "password: must be at least 8 characters", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
		`File "/app/services/api/main.py", line 42, in handler`, "token: ${TOKEN} password={password} <token> %s", "GET /games?page=2&limit=50&sort=name",
		"https://example.org/a:b/@jane and http://host:8080/path/@x", "0/1A2B3C4D", "hex #ff00aa #1234", "ISBN 9783161484100 EAN 4006381333931", "Europe/Berlin de-DE",
		"user=app db=games", "SELECT 1", "\x1b[1;31mERROR\x1b[0m token type \x1b[33mbearer\x1b[0m", "1795000000000000 us", "pod game-api-7d9f8b6c5-x2x9z", "5f4dcc3b5aa765d61d8327deb882cf99", "postgresql+asyncpg://postgres:5432/app",
	})
}
