package privacy

import (
	"strings"
	"testing"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
)

// planted are secrets that are found by their own shape, whatever text surrounds them.
var planted = []string{botToken, grafana, aws, "jane.doe@example.org", "postgresql://app:hunter2@db/x"}

// failing ends the test when a finder has failed.
type failing struct {
	zapcore.Core
	t *testing.T
}

func (failing) Enabled(zapcore.Level) bool { return true }

func (f failing) Check(entry zapcore.Entry, checked *zapcore.CheckedEntry) *zapcore.CheckedEntry {
	return checked.AddCore(entry, f)
}

func (f failing) Write(_ zapcore.Entry, fields []zapcore.Field) error {
	f.t.Errorf("a finder failed: %v", fields)
	return nil
}

// FuzzText: no text ends the collector, what was cleaned stays as it is when it is cleaned again, and no surrounding lets a planted secret pass.
func FuzzText(f *testing.F) {
	for _, seed := range []string{"", "password=", `{"a": "b"`, "\\", "%3A%2F%2F", "'", "Authorization: Bearer ", "SELECT '", "-----BEGIN X-----", "::", "$$", "[parameters:", "(((((", "+49", "\x1b[1;31mERROR\x1b[0m token type \x1b[33mbearer\x1b[0m", "%", "\\u", "%4", "\x1b[", "\x00\xff", "{password,<<\"", "password: |\n  a\n", "a,token\n1,", "token | ", "&quot;token&quot;=&quot;", "%22pin%22%3A%22", "\\u0022key\\u0022:", "<key>Pin</key><", "COPY t (pin) FROM stdin;\n", "“a”→", "Frau ", "field=pin old=", "YWJjZGVmZ2hpamtsbW5v",
		"sqlplus a/", "net use \\\\x ", "requirepass '", "send \"\\r", "password is ", "password for a: ", "patient ", "Kari ", "nick changed to \"", "key | value\na | ", "auth=('a','", " -u a -p ", "x@y:80 ", "19 May 1984 birth ", "Kari_"} {
		f.Add(seed, seed, uint8(0))
	}
	f.Fuzz(func(t *testing.T, before, after string, which uint8) {
		secret := planted[int(which)%len(planted)]
		// a secret ends where its alphabet ends
		text := before + " " + secret + " " + after
		x := testScanner(options{})
		x.logger = zap.New(failing{zapcore.NewNopCore(), t})
		clean, _ := x.text(text, plain)
		if strings.Contains(clean, secret) {
			t.Errorf("%q passed in %q: %q", secret, text, clean)
		}
		if again, _ := x.text(clean, plain); again != clean {
			t.Errorf("%q became %q, then %q", text, clean, again)
		}
		hashing := testScanner(options{action: "hash", hashKey: []byte("0123456789abcdef")})
		token, _ := hashing.text(text, plain)
		if again, _ := hashing.text(token, plain); again != token {
			t.Errorf("%q became %q, then %q", text, token, again)
		}
		for means := plain; means <= kept; means++ {
			x.keyed(before, means)
		}
	})
}
