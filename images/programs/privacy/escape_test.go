package privacy

import "testing"

func TestAColourIsNoPartOfTheWordBehindIt(t *testing.T) {
	for s, want := range map[string]string{
		"\x1b[38;5;87m2026-11-29 03:13:27 [notice] ready: yes?\x1b[0m": "\x1b[38;5;87m2026-11-29 03:13:27 [notice] ready: yes?\x1b[0m",
		`GET /a HTTP/1.1: failed ?\x1b[1;31m`:                          `GET /a HTTP/1.1: failed ?\x1b[1;31m`,
		"user)':\x1b[38;5;87m, a@b.example":                            "user)':\x1b[38;5;87m, ***",
	} {
		if clean, _ := testScanner(options{}).text(s, plain); clean != want {
			t.Errorf("%q became %q", s, clean)
		}
	}
}
