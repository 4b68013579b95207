package privacy

import "testing"

func TestColumnsBelowAHeading(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{"   user     password\n0   app  lindenhain", "   user     password\n0   app  ***"},
		{"key | value\n----+------\npassword | lindenhain\nhost | db", "key | value\n----+------\npassword | ***\nhost | db"},
		{"│ user │ password │\n│ app │ lindenhain │", "│ user │ password │\n│ app │ *** │"},
		{"customer,amount\nKari Nordmann,12.50", "customer,amount\n***,12.50"},
	} {
		if got := masked(t, test.text); got != test.want {
			t.Errorf("\n text %q\n  got %q\n want %q", test.text, got, test.want)
		}
	}
	for _, text := range []string{
		"model | token | cost\n------+-------+-----\na | 1200000 | 3.20", "day,session,users\n2026-01-01,123456,17", "suite,pass,fail\nunit,4007,0", "component,credential,version\napi,v1.2.3,4",
		"column_name,data_type\npassword,text\ntoken,uuid", "customer,amount\nacme-gmbh,12.50",
	} {
		if got := masked(t, text); got != text {
			t.Errorf("%q became %q", text, got)
		}
	}
}
