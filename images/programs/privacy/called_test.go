package privacy

import "testing"

func TestNamesInSentences(t *testing.T) {
	becomes(t, []becoming{
		{"patient Ewa Nowicka admitted", "patient *** admitted"},
		{"guest Hanneke Visser checked in", "guest *** checked in"},
		{"customer 'Tobias Brandl' exists", "customer '***' exists"},
		{"customer O'Brien, Mary created", "customer *** created"},
		{"approved by Piet de Vries", "approved by ***"},
		{"message from John F. Kennedy: hello", "message from ***: hello"},
		{"Jean-Luc Picard's order", "***'s order"},
		{"nickname changed from \"Kari\" to \"Kari Nordmann\"", "nickname changed from \"***\" to \"***\""},
		{"signed by Hanneke Visser", "signed by ***"},
		{"Hi Ewa, your game starts", "Hi ***, your game starts"},
	})
}

func TestNamesOfThingsStay(t *testing.T) {
	stays(t, []string{
		"customer Portal API ready", "driver PostgreSQL Unicode loaded", "host Linux Ubuntu", "tenant Acme Corp created", "signed by Let's Encrypt", "created by Terraform Cloud",
		"Martin Luther King Day", "Johns Hopkins University", "the Alexander Technique", "invite for Friday Night", "nick changed to None", "player One Ready", "renamed to \"Board Games\"",
	})
}
