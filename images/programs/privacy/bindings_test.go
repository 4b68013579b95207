package privacy

import "testing"

func TestEveryWayToBindAValueToItsKey(t *testing.T) {
	becomes(t, []becoming{
		{`[{default_pass,<<"kanin-1">>},{port,5672}]`, `[{default_pass,<<"***">>},{port,5672}]`},
		{"<key>Password</key><string>plist-1</string><key>Port</key><string>5432</string>", "<key>Password</key><string>***</string><key>Port</key><string>5432</string>"},
		{"<user id=\"42\"/><status>ok</status>", "<user id=\"42\"/><status>ok</status>"},
		{"<password><![CDATA[cdata-1]]></password>", "<password><![CDATA[***]]></password>"},
		{"userPassword:: e1NTSEF9bGFuZw", "userPassword:: ***"},
		{"SECRET_KEY ?= make-1", "SECRET_KEY ?= ***"},
		{"password: |\n  block-1\nport: 5432", "password: |\n  ***\nport: 5432"},
		{"password:\n  min_length: 12", "password:\n  min_length: 12"},
		{`password = Just "haskell-1"`, `password = Just "***"`},
		{"password | psql-1\nport | 5432", "password | ***\nport | 5432"},
		{"password    vault-1\nttl         1h", "password    ***\nttl         1h"},
		{"field=pin old=48213 new=77301 by=job", "field=pin old=*** new=*** by=job"},
		{`{"value":"after-1","name":"DB_PASSWORD"}`, `{"value":"***","name":"DB_PASSWORD"}`},
		{`{"api": {"key": "inside-1x9"}, "row": {"key": "inside-1x9"}}`, `{"api": {"key": "***"}, "row": {"key": "inside-1x9"}}`},
		{`{"token": {"type": "bearer", "value": "inner-1"}}`, `{"token": {"type": "bearer", "value": "***"}}`},
		{"Date of birth: 1990-01-02, phone no: 22334455", "Date of birth: ***, phone no: ***"},
	})
}

func TestColumnsOfATable(t *testing.T) {
	becomes(t, []becoming{
		{"id,nickname,api_key\n7,Tora,csv-1\n8,Stig,csv-2\n", "id,nickname,api_key\n7,***,***\n8,***,***\n"},
		{"ERROR: id;email;token\n7;none;csv-3", "ERROR: id;email;token\n7;none;***"},
		{" id | token\n----+-------\n  1 | psql-3\n(1 row)", " id | token\n----+-------\n  1 | ***\n(1 row)"},
		{"COPY users (id, password) FROM stdin;\n7\tdump-4\n\\.", "COPY users (id, password) FROM stdin;\n7\t***\n\\."},
		{"NAME   READY   STATUS\napi    1/1     Running", "NAME   READY   STATUS\napi    1/1     Running"},
		{"id,title,seats\n7,Chess,4", "id,title,seats\n7,Chess,4"},
	})
}

func TestWhatIsWrittenOtherwiseKeepsItsBytes(t *testing.T) {
	becomes(t, []becoming{
		{"“ferdig” password＝fullwidth-1 → neste", "“ferdig” password＝*** → neste"},
		{`body={\u0022pin\u0022:\u002277123\u0022,\u0022page\u0022:2}`, `body={\u0022pin\u0022:\u0022***\u0022,\u0022page\u0022:2}`},
		{"q=%7B%22password%22%3A%22abc-1%22%2C%22page%22%3A2%7D", "q=%7B%22password%22%3A%22***%22%2C%22page%22%3A2%7D"},
		{"&lt;password&gt;html-1&lt;/password&gt; &amp; more", "&lt;password&gt;***&lt;/password&gt; &amp; more"},
		{"mail cmFnbmhpbGQuZm9zc2VAZXhhbXBsZS5vcmc sent", "mail *** sent"},
	})
}

func TestWordsThatOnlySayWhichOne(t *testing.T) {
	for key, want := range map[string]meaning{
		"user_phone_primary": phone, "firstNameOld": name, "clientSecrets": weak, "gateway_signing_key": password, "X-Functions-Key": weak,
		"pairing_code": token, "participants": weakNames, "routing_key": plain, "phone_verified": plain, "password_hint": plain, "username_length": plain,
		"bypass": plain, "keystorepass": password, "host.ip": machine,
	} {
		if got := meaningOf(key); got != want {
			t.Errorf("%s: %d, not %d", key, got, want)
		}
	}
}

func TestNumbersOfStatesByTheirCheckDigits(t *testing.T) {
	for _, one := range []string{"219-09-9999", "11.111.111-1", "20-12345678-6", "12345678Z", "X1234567L", "11010519491231002X", "85.07.30-033.28", "120174-3399"} {
		if got := masked(t, "on file "+one+" ok"); got != "on file *** ok" {
			t.Errorf("%s: %q", one, got)
		}
	}
	for _, one := range []string{"000-12-3456", "11.111.111-2", "20-12345678-7", "12345678A", "order 219-09-9999"} {
		if text := "on file " + one + " ok"; masked(t, text) != text {
			t.Errorf("%s: %q", one, masked(t, text))
		}
	}
}
