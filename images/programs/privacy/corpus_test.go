package privacy

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"go.opentelemetry.io/collector/pdata/pcommon"
)

// payloads are the repository's own; in a build of the images they are not there (test/collector/corpus sends them through the whole collector).
const payloads = "../../../test/collector/corpus/payloads"

var (
	secretMark   = regexp.MustCompile(`⟦([^⟦⟧]*)⟧`)
	keptMark     = regexp.MustCompile(`⟪([^⟪⟫]*)⟫`)
	fieldLine    = regexp.MustCompile(`^@ (.+?) = (.*)$`)
	written      = strings.NewReplacer("¦", "", "␤", "\n", "␉", "\t", "␍", "\r")
	withoutMarks = strings.NewReplacer("⟦", "", "⟧", "", "⟪", "", "⟫", "")
)

// clean what a payload says: a text, or a value under its key.
func cleanPayload(x *scanner, said string) (before, after string) {
	field := fieldLine.FindStringSubmatch(said)
	if field == nil {
		clean, _ := x.text(said, plain)
		return said, clean
	}
	m := pcommon.NewMap()
	var value any
	raw := map[string]any{field[1]: field[2]}
	if json.Unmarshal([]byte(field[2]), &value) == nil {
		if _, isNumber := value.(float64); !isNumber {
			raw[field[1]] = value
		}
	}
	_ = m.FromRaw(raw)
	show := func() string {
		text, _ := json.Marshal(m.AsRaw())
		return string(text)
	}
	before = show()
	x.attributes(m, plain)
	return before, show()
}

func TestThePayloadsOfTheRepository(t *testing.T) {
	files, _ := filepath.Glob(filepath.Join(payloads, "*.txt"))
	if len(files) == 0 {
		t.Skip("the payloads are not here")
	}
	x := testScanner(options{})
	x.seen = newSeen()
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		limited := false
		for n, line := range strings.Split(string(text), "\n") {
			if strings.HasPrefix(line, "## ") {
				limited = strings.Contains(line, "[")
				continue
			}
			if limited || strings.TrimSpace(line) == "" || strings.HasPrefix(line, "# ") {
				continue
			}
			line = written.Replace(line)
			before, after := cleanPayload(x, withoutMarks.Replace(line))
			at := filepath.Base(file)
			for _, secret := range secretMark.FindAllStringSubmatch(line, -1) {
				if strings.Contains(after, secret[1]) {
					t.Errorf("%s:%d leaks %q: %s", at, n+1, secret[1], after)
				}
			}
			for _, kept := range keptMark.FindAllStringSubmatch(line, -1) {
				if quoted, _ := json.Marshal(kept[1]); !strings.Contains(after, kept[1]) && !strings.Contains(after, strings.Trim(string(quoted), `"`)) {
					t.Errorf("%s:%d destroys %q: %s", at, n+1, kept[1], after)
				}
			}
			if !secretMark.MatchString(line) && before != after {
				t.Errorf("%s:%d changes %s\n to %s", at, n+1, before, after)
			}
		}
	}
}

// A text may end anywhere: a finder that reads behind its end fails, and the whole value is masked.
func TestNoFinderFailsWhereAPayloadIsCut(t *testing.T) {
	files, _ := filepath.Glob(filepath.Join(payloads, "*.txt"))
	if len(files) == 0 || testing.Short() {
		t.Skip("the payloads are not here, or it is to be quick")
	}
	x := testScanner(options{})
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for n, line := range strings.Split(string(text), "\n") {
			line = withoutMarks.Replace(written.Replace(line))
			for end := n % 11; end <= len(line); end += 11 {
				before, after := line[:end], line[len(line)-end:]
				for _, part := range []string{before, after} {
					x.unguarded(t, filepath.Base(file), part)
				}
			}
		}
	}
}

func TestTheseCutTextsDoNotFail(t *testing.T) {
	x := testScanner(options{})
	for _, text := range []string{"device iPhone von", "payout to IBAN DE81 3704 0044 ", "@EXAMPLE.LOCAL: pre-authentication", "load 0.12 0.34 0.56", `\`, "CORP\\",
		"jane/", "[\"Backup codes\",", "(user, token): (", "user ", "N:", "VCARD N", "MECARD:N:"} {
		x.unguarded(t, "these", text)
	}
}

// unguarded reads a text where a failure is not caught.
func (x *scanner) unguarded(t *testing.T, file, s string) {
	defer func() {
		if failure := recover(); failure != nil {
			t.Errorf("%s: %v in %q", file, failure, s)
		}
	}()
	x.once(s, see(s, false), plain)
}
