package privacy

import (
	"context"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/pprofile"
)

// profiles cleans what a profile says in words: names of functions, files and threads in the table of strings, and attributes. The payload in a
// profiler's own format that a profile may carry beside them goes, since nobody here can read it.
func (c *cleaner) profiles(_ context.Context, data pprofile.Profiles) (pprofile.Profiles, error) {
	data, err := resolved(data)
	if err != nil {
		return data, err
	}
	c.with(func(x *scanner) { x.profiles(data) })
	return data, nil
}

// resolved has the keys and values of attributes in their places. Those of resources and scopes may be references into the table of strings, which
// the OTLP receiver of collector 0.145 hands on unread; reading the message once more resolves them.
func resolved(data pprofile.Profiles) (pprofile.Profiles, error) {
	if strings := data.Dictionary().StringTable(); strings.Len() == 0 {
		// By the protocol the first string is the empty one; to a reader, 0 refers to nothing.
		strings.Append("")
	}
	message, err := (&pprofile.ProtoMarshaler{}).MarshalProfiles(data)
	if err != nil {
		return data, err
	}
	return (&pprofile.ProtoUnmarshaler{}).UnmarshalProfiles(message)
}

func (x *scanner) profiles(data pprofile.Profiles) {
	held := texts{}
	held.ofAll(data)
	for _, resource := range data.ResourceProfiles().All() {
		x.attributes(resource.Resource().Attributes(), plain)
		for _, scope := range resource.ScopeProfiles().All() {
			x.scope(scope.Scope())
			for _, profile := range scope.Profiles().All() {
				profile.OriginalPayload().FromRaw(nil)
				profile.SetOriginalPayloadFormat("")
			}
		}
	}
	remaining := texts{}
	remaining.ofAll(data)
	dictionary := data.Dictionary()
	table := dictionary.StringTable()
	for i, text := range table.All() {
		if held[text] && !remaining[text] {
			// A secret by its key; the table holds it without one.
			table.SetAt(i, mask)
			continue
		}
		clean, changed := x.repeated(text, plain)
		clean, inHome := x.homes(clean)
		if changed || inHome {
			table.SetAt(i, clean)
		}
	}
	for _, attribute := range dictionary.AttributeTable().All() {
		x.tabulated(attribute, table)
	}
}

// tabulated cleans an attribute of samples, frames or mappings. Where its value is a reference, the string was cleaned without its key: one that
// its key makes a secret cannot be told from there, so the reference goes.
func (x *scanner) tabulated(attribute pprofile.KeyValueAndUnit, table pcommon.StringSlice) {
	key := ""
	if i := int(attribute.KeyStrindex()); i >= 0 && i < table.Len() {
		key = table.At(i)
	}
	means := x.key(key).means
	if attribute.Value().Type() != pcommon.ValueTypeEmpty {
		x.value(attribute.Value(), means)
	} else if means != plain && means != kept && means != number && means != version && means != server && means != machine {
		attribute.Value().SetStr(mask)
	}
}

// texts are the strings that attributes of resources and scopes hold, keys included.
type texts map[string]bool

func (t texts) ofAll(data pprofile.Profiles) {
	for _, resource := range data.ResourceProfiles().All() {
		t.ofMap(resource.Resource().Attributes())
		for _, scope := range resource.ScopeProfiles().All() {
			t.ofMap(scope.Scope().Attributes())
		}
	}
}

func (t texts) ofMap(m pcommon.Map) {
	for key, value := range m.All() {
		t[key] = true
		t.ofValue(value)
	}
}

func (t texts) ofValue(v pcommon.Value) {
	switch v.Type() {
	case pcommon.ValueTypeStr:
		t[v.Str()] = true
	case pcommon.ValueTypeMap:
		t.ofMap(v.Map())
	case pcommon.ValueTypeSlice:
		for _, inner := range v.Slice().All() {
			t.ofValue(inner)
		}
	}
}
