package privacy

import "testing"

func TestColumnsBelowAHeading(t *testing.T) {
	becomes(t, []becoming{
		{"   user     password\n0   app  lindenhain", "   user     password\n0   app  ***"},
		{"key | value\n----+------\npassword | lindenhain\nhost | db", "key | value\n----+------\npassword | ***\nhost | db"},
		{"│ user │ password │\n│ app │ lindenhain │", "│ user │ password │\n│ app │ *** │"},
		{"customer,amount\nKari Nordmann,12.50", "customer,amount\n***,12.50"},
	})
	stays(t, []string{
		"model | token | cost\n------+-------+-----\na | 1200000 | 3.20", "day,session,users\n2026-01-01,123456,17", "suite,pass,fail\nunit,4007,0", "component,credential,version\napi,v1.2.3,4",
		"column_name,data_type\npassword,text\ntoken,uuid", "customer,amount\nacme-gmbh,12.50",
	})
}

func TestNumbersAndVersionsBelowTheirHeadingStay(t *testing.T) {
	stays(t, []string{
		"id,app.version,n\n7,5.20.27.0,3", " id | release | n\n----+---------+---\n  7 | 46.16.19.10 | 3", "id,bytes_total,n\n7,713456789012345678,3", "name=\"version\"\r\n\r\n126.1.25.40\r\n--b",
	})
	if got := masked(t, "user_id,version\n713456789012345678,5.20.27.9"); got != "user_id,version\n***,5.20.27.9" {
		t.Error(got)
	}
}
