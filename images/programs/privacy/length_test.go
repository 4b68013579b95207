package privacy

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

const (
	shortText = 4 << 10
	longText  = 32 << 10
	// mostTimes is how much longer the long text may take than the short one, which is an eighth of it; a search to the end from every place takes 64.
	mostTimes = 40
	// tooFast to be measured.
	tooFast = 5 * time.Millisecond
)

// repeatedParts are what long texts may be made of: all that binds a value to a key, begins a command or a statement, or goes on without an end.
func repeatedParts() []string {
	parts := []string{
		// keys, commands and their values
		"mysql -pabc | ", "mysql -pabc ", "redis-cli -a abc; ", "curl -u app:abc ", "curl -u ", " -u app -p abc", " -U sa -P ", "sqlplus app/abc@db ", "net use ", "echo abc | sudo -S ", "AUTH abc ",
		"redis: AUTH a b\n", "LOGIN a b ", "PASS a\n", "requirepass ", "chpasswd <<< ", "send \"a\\r\" password ", "htpasswd -b ", "user a", "for a from ", "by ", "set a.password ", "env PASSWORD ",
		"https://u:p@", "https://u:p@h ", "://", "%3A%2F%2F", "a:b@c:80 ", "a:b@c:80", "hooks.slack.com/services/", "/webhooks/1/", "/login/", "discord.gg/", "?a=b&c=d ", "?a=", "/home/a/",
		// texts of databases
		"select ", "select a from b ", "select 'a' from ", "insert into a values ('a', 1), ", "update ", "where a = ", "(\"a\"", "$a$", "$$", "=$a$ ", "/*", "--\n", "':a = 'b' ", "@p0='a' ", "$1 = 'a' ",
		"a)=(b ", "(a)=(b) already exists ", "[parameters: ", "Failing row contains (", "value 'a' is ", "Duplicate entry 'a", ", column a: \"", "bind: \"", "received \"", "near 'a ", "bindings [", "dup key: {",
		// JSON and what is like it
		"{", "[", "{\"a\": ", "{\"name\": 1, ", "\"name\":\"a\",", "{\"name\":\"a\"} ", "{\"input\":1} ", "{\"d\":\"a\"} ", "{\"pass\":1,", "{\\\"a\\\": ", "{\"city\":\"A\"} ", "name: a\n", "password: |\n  a\n", "tokens:\n  - a\n",
		"<password>", "<a>", "<password>a</password>", "<key>Pin</key><", "{password,\"a\"},", "{<<\"token\">>,", "s:8:\"password\";s:3:\"abc\";", "('a','b'),", "('token', 'a", "(token,a", "password -> ", "key\tvalue\t", "&quot;token&quot;=",
		// tables
		"password | a\n", "a,token\n1,2\n", "key | value | ", "key | value\n", "| token | a |\n", "token  NAME\n", "user\tname\n",
		// tokens, numbers, addresses
		"a", "A", "1", "Aa1", "aB3xK9", "sk-", "sk-a.", "ghp_", "xoxb-", "AKIA", "eyJ", "eyJhbGciOi.", "YWJjZGVmZ2hpamtsbW5v", "YWJjZGVmZ2hpamtsbW5v ", "a_B_", "Kari_Nordmann_", "_at_", "12345678:", "1234567890123:", "1234567890123a",
		"1-2-3-4.", "1-1-1-1.a.", "1.2.3.4 ", "1.2.3.4.", "10.0.0.1, ", "8.8.8.8 ", "1::2 ", "1:2:", "%3A1", "%2E1", "555-010-1234 ", "555-010-1234-", "+4930123456 ", "+1(", "+", "1-", "1 ", "4242 4242 ", "071.973.323-54 ",
		"734567890123456789 ", "734567890123456789", "$a", "$2b$12$", "scram:$", "-----BEGIN ", "-----BEGIN A-----\na\n", "-----END ", "-----", "AA00 1111 ", "NO93", "a#0042 ", "#0042",
		// people
		"@", "a@b", "a@b.c", "a@b.cd ", "%40", "a%40b.cd", " [at] ", "\"a\"@b.cd ", "<a@b.cd> ", "Kari Nordmann <a@b.cd>, ", "a@", " @abc", "Kari ", "Kari Nordmann ", "Frau ", "Mr. A ", "patient ", "nick changed to \"", "born ", "19 May 1984 ",
		"Storgata 1 ", "1 Rue A ", "12 A ", "PID|1", "auth0|", "<sip:", "\"A\" <sip:a@b> ", "STEAM_0:1:", "code ", "your code is ", "password is ", "password for a ", "password 'a' ", "the passphrase is a b ", "token ", "Bearer ", "Digest a=b,", "'s ",
		// rows, lists, accounts, places and cards
		"(user,token)", "(user, token): ('a', 'b'), ", "[\"user\",\"token\"],", "{\"columns\":[\"token\"],\"rows\":[[\"a\"]]},", "columns: a;token | b: c;d ", "columns: ", "[\"API key\", \"a1b2c3d4\"], ", "CORP\\jane ", "]\\[jane] ", "a/8.8.4.4:51234 ", "/[1::2]:51234",
		"A^B", "Doe^Jane ", "DOE/JANE MR ", "52.12345,13.12345 ", "at 52.12345 13.12345, ", "$GPGGA,1,5954.7612,N,", "VCARD N:a;b\n", "MECARD:N:a;", "ATTENDEE;CN=a:", "ORGANIZER;", ":20:a\n:50K:/a\nb\n:59:", "0049 (0)30 123456 ", "(0)",
		// who calls, signs in and plays
		"accepted 10.1.2.3:50122 ", "accepting connection <0.1> (10.1.2.3:50122 -> ", "10.1.2.3:50122 connected ", "[/10.1.2.3:50122] ", "a[/10.1.2.3:50122] logged in ", "(a@10.1.2.3) ", "a@10.1.2.3 on ", "| 10.1.2.3 | GET ", "R:/10.1.2.3:1 ",
		"\"GET / HTTP/1.1\" 200 \"10.1.2.3\" ", "WebSocket [10.1.2.3:1] ", "authentication failed for jane: ", "login failed: 'jane' ", "jane: Authentication failed", "[login|jane", "user [jane] ", "AuthenticationFailureBadCredentialsEvent: ",
		"dc=a', 'b', ", "8=FIX|553=a|554=b|", "jane77 joined the game ", "] jane has made the advancement ", "\"a<1><STEAM_", "'a'(id:", "[CHAT] jane77: ", "] <-> ", "GameProfile name=a,", "mention by jane77 ", "KeyError: 'jane77' ", "Ban added: jane77 ",
		"session saving a-b_1234567890abcdefgh ", "HOME=/home/jane ", "/home/jane.doe ", "{\"name\":\"jane\",\"home\":\"/home/jane\"} ", "name: a password: b ", "hmac-sha256:", "rt_aB3xK9aB3xK9aB3xK9 ", "Reset password: https://a/b/c/ ", "source_addr=4791234567 ",
		"Installing rails 7.1.3.4 ", "login nina.ek ", "account nina77 ", "login n.hansen ", "10.1.2.3 jane [11/Feb/2026:08 ", "(jane) RELOAD (", "websocket 10.1.2.3:50122 ", "app@10.1.2.3:50122 ", "jane;tenant=eu;", "] Peer Connection ",
		" TCP_", " on pts/1", "] OK LOGIN", "user jane77 ", "user a from 8.8.4.4 ", "\"subject\":\"a\",\"iss\":1,", "subject=a iss=b ",
		// what two further unread sets showed
		"('10.1.2.3', 50122) - \"GET / ", "2601:646:5341::baa:44578 ", "1:2:3:4:5:6:7:8:90 ", "postgres//a:bcd@e ", "amqp:/a:bcd@e/", "//a:b", "/services/T0SVZDG0184/B0O654YJMJP/a", "?ticket=a&", "Added user jane ", "for user jane\n", "['useradd', 'jane', ",
		"useradd -m -c 'A' ", "sudo usermod -aG ", "'useradd', '", "passwd ", "' to group '", "New password:\n", "passwords\na:b\n", "passwords:\n\n", "join code 1234 ", "https://a/nhs-number|1234567890 ", "{\"system\":\"a://b/us-ssn\",\"value\":\"1\"} ",
		"\"phone\";\"", "\"phone\";\"22 33 44 55\";", "1770619260 a4:83:e7:12:34:56 10.1.2.3 ", "a4:83:e7:12:34:56 cli ", "cli A4-83-E7-12-34-56 ", "10.1.2.3 connected to ", "inbound|1|| 10.1.2.3:80 10.1.2.3:50122 ", "] (from client ", "call failed ('a', ",
		"call a(1) ", "update a (1), set ", "rails (7.1.3.4), gem ", "7.1.3.4 to ", "cache key: ", "kid=", "SK_A_", "0x1f ", "session 0x1f ",
		// signs and escapes
		"\\", "\\n", "\\\"", "\\u0022", "\\x1b[1m", "\x1b[", "\x1b[1m", "%", "%22", "%3D", "%41", "&amp;", "&", "=", ":", "::", "|", " | ", " ", "\n", "\t", "\"", "'", "`", "\"'", "\"\\\"", "(", ")", "}", "<", ">", ">=", "“", "│", "é",
		"::add-mask::", "::set-output name=token::", "##vso[task.setvariable variable=token]", "\n\tat a: b\n", "Traceback (most a\nA: token=b\n", "DHCP a4:83:e7:12:34:56 (", "h1:", " on >a ", "a:b:c:d:e\n", " : TTY=", "COPY a (token) ", "sudo: ",
		"auth=auth=", "token=a;", "a.b=c.d=", "a=b ", "a: b ", "https://a/b?c=d#e=", "name=A B ", "id=1 ", "value=1 ", "field=pin old=", "pass=1 ", "input=a ", "state=a ", "city: A ", "address: Storgata 1, ", "lat: 1.2345 ", "diagnosis: F33.1 ",
	}
	for n, word := range []string{"auth", "password", "token", "user", "name", "address", "cookie", "Authorization:", "login", "mysql -p", "curl -u", "https://u:p@", "phone", "birth", "query", "db.statement"} {
		for k, sign := range []string{"=(", "=[", "={", "=\"", "='", "=", ": ", "=|", "=<", "=\\", "=\\\"", "=%", "=&", "=;", "=,", "=-", "=!", "=$", "=${", "(", "('", " ", " (", " <", " [", " \"", "=a", "=>", "%3D", " | a | "} {
			if (n+k)%2 == 0 || n < 3 { // each sign behind half of the words
				parts = append(parts, word+sign)
			}
		}
	}
	return parts
}

// processorTime is what this thread has had of a processor: on a busy machine the clock also counts who else was running.
func processorTime(t *testing.T) time.Duration {
	var used unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_THREAD_CPUTIME_ID, &used); err != nil {
		t.Fatal(err)
	}
	return time.Duration(used.Nano())
}

// taken is the least of a few processor times that a text of so many bytes takes.
func taken(t *testing.T, x *scanner, part string, length, times int, m meaning) time.Duration {
	text := strings.Repeat(part, length/len(part)+1)[:length]
	least := time.Hour
	for range times {
		began := processorTime(t)
		x.text(text, m)
		least = min(least, processorTime(t)-began)
	}
	return least
}

func TestTheTimeOfATextGrowsWithItsLength(t *testing.T) {
	if testing.Short() {
		t.Skip("measures")
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	x := testScanner(options{})
	for _, m := range []meaning{plain, sqlText} {
		for _, part := range repeatedParts() {
			if m == sqlText && !strings.ContainsAny(part, "'$*") {
				continue // read as SQL only what SQL gives a meaning
			}
			long := taken(t, x, part, longText, 1, m)
			if long < tooFast {
				continue
			}
			limit := func() time.Duration { return mostTimes * taken(t, x, part, shortText, 3, m) }
			if long > limit() {
				// once more, of three: the machine may have had something else to do
				if long = min(long, taken(t, x, part, longText, 2, m)); long > limit() {
					t.Errorf("%d bytes of %s take %v, %d bytes %v", longText, fmt.Sprintf("%.40q", part), long, shortText, limit()/mostTimes)
				}
			}
		}
	}
}
