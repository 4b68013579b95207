package privacy

import (
	"context"
	"slices"
	"testing"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/pprofile"
)

// profileOf is one sample of one frame, whose words are these.
func profileOf(function, file, thread string) pprofile.Profiles {
	data := pprofile.NewProfiles()
	table := data.Dictionary().StringTable()
	table.Append("", function, file, "thread.name", thread)
	data.Dictionary().FunctionTable().AppendEmpty()
	f := data.Dictionary().FunctionTable().AppendEmpty()
	f.SetNameStrindex(1)
	f.SetFilenameStrindex(2)
	data.Dictionary().AttributeTable().AppendEmpty()
	attribute := data.Dictionary().AttributeTable().AppendEmpty()
	attribute.SetKeyStrindex(3)
	attribute.Value().SetStr(thread)
	resource := data.ResourceProfiles().AppendEmpty()
	resource.Resource().Attributes().PutStr("service.name", "api")
	profile := resource.ScopeProfiles().AppendEmpty().Profiles().AppendEmpty()
	profile.Samples().AppendEmpty().AttributeIndices().Append(1)
	return data
}

func cleaned(t *testing.T, data pprofile.Profiles) pprofile.Profiles {
	t.Helper()
	clean, err := testCleaner().profiles(context.Background(), data)
	if err != nil {
		t.Fatal(err)
	}
	return clean
}

func TestNothingLeavesFromAnyPlaceOfAProfile(t *testing.T) {
	data := profileOf("send_to_"+canary, "/srv/"+canary+"/app.py", "worker of "+canary)
	resource := data.ResourceProfiles().At(0)
	dirty(resource.Resource().Attributes())
	dirty(resource.ScopeProfiles().At(0).Scope().Attributes())
	data.Dictionary().AttributeTable().AppendEmpty().Value().SetStr(canary)
	profile := resource.ScopeProfiles().At(0).Profiles().At(0)
	profile.SetOriginalPayloadFormat("pprof")
	profile.OriginalPayload().FromRaw([]byte("in a format of its own: " + canary))
	sent, err := (&pprofile.JSONMarshaler{}).MarshalProfiles(cleaned(t, data))
	if err != nil {
		t.Fatal(err)
	}
	clean(t, "profiles", sent)
}

func TestWhatLeadsThroughAHomeDirectoryDoesNotSayWhose(t *testing.T) {
	for path, want := range map[string]string{
		"/home/jane/shop/app.py":               "/home/***/shop/app.py",
		"/Users/jane.doe/shop/app.py":          "/Users/***/shop/app.py",
		`C:\Users\jane\shop\app.py`:            `C:\Users\***\shop\app.py`,
		"/var/home/jane/app.py":                "/var/home/***/app.py",
		"file:///home/jane/app.py":             "file:///home/***/app.py",
		"<string of /home/jane/app.py>":        "<string of /home/***/app.py>",
		"/home/jane/a.py:/home/joe/b.py":       "/home/***/a.py:/home/***/b.py",
		"/app/home/views.py":                   "/app/home/views.py",
		"/srv/shop/Users/views/list.py":        "/srv/shop/Users/views/list.py",
		"/home/app.py":                         "/home/app.py",
		"/usr/lib/python3.13/asyncio/tasks.py": "/usr/lib/python3.13/asyncio/tasks.py",
	} {
		if got := cleaned(t, profileOf("f", path, "MainThread")).Dictionary().StringTable().At(2); got != want {
			t.Errorf("%s becomes %s instead of %s", path, got, want)
		}
	}
}

func TestNamesOfFunctionsFilesAndThreadsStay(t *testing.T) {
	words := []string{
		"", "BaseEventLoop._run_once", "<module>", "<lambda>", "Session.__init__.<locals>.close", "get_password_hash", "TokenBackend.verify",
		"/usr/local/lib/python3.13/site-packages/sqlalchemy/orm/session.py", "<frozen importlib._bootstrap>", "ThreadPoolExecutor-0_3",
		"AnyIO worker thread", "samples", "count", "cpu", "nanoseconds", "thread.name", "profile.frame.type", "cpython", "email_address",
		"/opt/opentelemetry/packages/otel_inject/quick/asgi.py", "asyncio_0", "Thread-12 (process_request_thread)", "user_from_token",
	}
	data := profileOf("f", "/app/a.py", "MainThread")
	data.Dictionary().StringTable().FromRaw(words)
	got := cleaned(t, data).Dictionary().StringTable().AsRaw()
	if !slices.Equal(got[:len(words)], words) {
		t.Errorf("became %q", got)
	}
}

func TestASecretThatOnlyItsKeyTellsLeavesTheTableOfStringsToo(t *testing.T) {
	data := profileOf("f", "/app/a.py", "MainThread")
	data.ResourceProfiles().At(0).Resource().Attributes().PutStr("db.password", "hunter2 and more")
	// As a sender writes it: a reference in place of the value.
	message, _ := (&pprofile.ProtoMarshaler{}).MarshalProfiles(data)
	received, err := (&pprofile.ProtoUnmarshaler{}).UnmarshalProfiles(message)
	if err != nil {
		t.Fatal(err)
	}
	table := cleaned(t, received).Dictionary().StringTable().AsRaw()
	if slices.Contains(table, "hunter2 and more") || !slices.Contains(table, "api") {
		t.Errorf("the table is %q", table)
	}
}

func TestAttributesOfResourcesThatAreReferencesAreResolved(t *testing.T) {
	data := profileOf("f", "/app/a.py", "MainThread")
	attributes, ok := cleaned(t, data).ResourceProfiles().At(0).Resource().Attributes().Get("service.name")
	if !ok || attributes.Type() != pcommon.ValueTypeStr || attributes.Str() != "api" {
		t.Errorf("service.name is %v", attributes)
	}
}
