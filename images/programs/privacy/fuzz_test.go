package privacy

import (
	"strings"
	"testing"
)

// planted are secrets that are found by their own shape, whatever text surrounds them.
var planted = []string{botToken, grafana, aws, "jane.doe@example.org", "postgresql://app:hunter2@db/x"}

// FuzzText: no text ends the collector, what was cleaned stays as it is when it is cleaned again, and no surrounding lets a planted secret pass.
func FuzzText(f *testing.F) {
	for _, seed := range []string{"", "password=", `{"a": "b"`, "\\", "%3A%2F%2F", "'", "Authorization: Bearer ", "SELECT '", "-----BEGIN X-----", "::", "$$", "[parameters:", "(((((", "+49", "\x00\xff"} {
		f.Add(seed, seed, uint8(0))
	}
	f.Fuzz(func(t *testing.T, before, after string, which uint8) {
		secret := planted[int(which)%len(planted)]
		// a secret ends where its alphabet ends
		text := before + " " + secret + " " + after
		x := testScanner(options{})
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
