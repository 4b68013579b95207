package privacy

import (
	"strings"

	"go.opentelemetry.io/collector/pdata/pcommon"
)

// Variables of GraphQL, whose names the operation gives a meaning: {"query": "mutation L($p: String!) { login(password: $p) { token } }", "variables": {"p": "…"}}.

// meaningOfVariable is what an operation says of its variable: the meaning of the argument that it is given to.
func meaningOfVariable(operation, variable string) meaning {
	for from := 0; from < len(operation); {
		at := strings.Index(operation[from:], "$"+variable)
		if at < 0 {
			return plain
		}
		at += from
		from = at + 1 + len(variable)
		if from < len(operation) && (isAlnum(operation[from]) || operation[from] == '_') {
			continue
		}
		sign := at
		for sign > 0 && operation[sign-1] == ' ' {
			sign--
		}
		if sign == 0 || operation[sign-1] != ':' {
			continue
		}
		begin, end, _ := identBefore(operation, sign-1)
		if m := meaningOf(operation[begin:end]); m.namesSecretOrPerson() {
			return m
		}
	}
	return plain
}

// variablesOf cleans the variables beside an operation.
func (x *scanner) variablesOf(m pcommon.Map) {
	operation, ok := m.Get("query")
	if !ok || operation.Type() != pcommon.ValueTypeStr || strings.IndexByte(operation.Str(), '$') < 0 {
		return
	}
	variables, ok := m.Get("variables")
	if !ok || variables.Type() != pcommon.ValueTypeMap {
		return
	}
	for key, v := range variables.Map().All() {
		if said := meaningOfVariable(operation.Str(), key); said != plain {
			x.value(v, said)
		}
	}
}

// operationNear is the operation beside the variables whose key begins at i.
func (r *jsonReader) operationNear(i int) string {
	near := r.near(i)
	at := strings.Index(near, `"query":`)
	if at < 0 {
		return ""
	}
	v := valueAfter(near, at+len(`"query":`), true)
	return near[v.from:v.to]
}

// isVariable says whether a value is a variable that the text declares: password: $p, where $p: String! stands before.
func isVariable(s, v string) bool {
	return len(v) > 1 && v[0] == '$' && len(v) <= 40 && identEnd(v, 1) == len(v) && (strings.Contains(s, v+":") || strings.Contains(s, v+" :"))
}
