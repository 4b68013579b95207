package privacy

import (
	"encoding/json"
	"strings"

	"go.opentelemetry.io/collector/pdata/pcommon"
)

// Rows whose columns are named once: {"columns": ["username", "password"], "rows": [["…", "…"]]}, [["id", "email"], [1, "…"]], (user, password): ('…', '…').

var (
	// columnKeys hold the names of columns, rowKeys the rows.
	columnKeys = setOf([]string{"columns", "fields", "headers", "header", "cols", "column_names", "columnnames", "keys", "schema", "heading", "headings",
		"fieldnames", "field_names", "names"})
	rowKeys = setOf([]string{"rows", "values", "data", "tuples", "records", "results", "items", "row", "body", "cells"})
)

// longestHeader bounds what is read of the names of columns.
const longestHeader = 4096

// columnMeanings are what the names of columns mean; nothing where none of them says anything.
func columnMeanings(names []string) []meaning {
	if len(names) == 0 || len(names) > maxColumns {
		return nil
	}
	means := make([]meaning, len(names))
	speaks := false
	contact := false // beside a column of what only people have, one called `name` holds theirs
	for i, named := range names {
		if !isHeading(named) {
			return nil
		}
		means[i] = meaningOf(named)
		speaks = speaks || means[i].namesSecretOrPerson()
		contact = contact || means[i].reaches() != plain
	}
	if contact {
		for i, named := range names {
			if strings.EqualFold(named, "name") {
				means[i], speaks = calledName, true
			}
		}
	}
	if !speaks {
		return nil
	}
	return means
}

// namesOf are the names of columns that a list holds, as texts or as objects with a name.
func namesOf(list []any) (names []string) {
	for _, one := range list {
		switch one := one.(type) {
		case string:
			names = append(names, one)
		case map[string]any:
			for _, key := range [...]string{"name", "column", "field", "column_name", "columnName", "Name"} {
				if said, ok := one[key].(string); ok {
					names = append(names, said)
					break
				}
			}
		}
	}
	if len(names) != len(list) {
		return nil
	}
	return names
}

// columns reads the names of columns from the list at i.
func (r *jsonReader) columns(i int) []meaning {
	i = r.space(i)
	if i >= len(r.s) || r.s[i] != '[' {
		return nil
	}
	var list []any
	if json.NewDecoder(strings.NewReader(r.s[i:min(len(r.s), i+longestHeader)])).Decode(&list) != nil {
		return nil
	}
	return columnMeanings(namesOf(list))
}

// rows reads a list of rows with such columns, or a single row.
func (r *jsonReader) rows(i int, means []meaning) int {
	start := r.space(i)
	if start >= len(r.s) || r.s[start] != '[' {
		return r.value(i, plain, nil)
	}
	if r.depth++; r.depth > maxJSONDepth {
		return -1
	}
	defer func() { r.depth-- }()
	at := r.space(start + 1)
	if at < len(r.s) && r.s[at] == ']' {
		return at + 1
	}
	for n, more := 0, true; more; n++ {
		if at < len(r.s) && r.s[at] == '[' {
			at = r.rows(at, means)
		} else {
			m := plain
			if n < len(means) {
				m = means[n]
			}
			if (m == token || m == weak || m == loose) && at < len(r.s) && r.s[at] == '"' {
				if end := r.stringEnd(at); end > 0 && isName(r.s[at+1:end-1]) {
					m = plain // tokens of a language
				}
			}
			at = r.value(at, m, nil)
		}
		if at < 0 {
			return -1
		}
		if at, more = r.next(at, ']'); at < 0 {
			return -1
		}
	}
	return at
}

// firstRow are the columns that the first list in the list at i names, where all others have as many members.
func (r *jsonReader) firstRow(i int) []meaning {
	means := r.columns(i)
	if !areColumns(means) {
		return nil
	}
	return means
}

// areColumns says whether names stand for columns and are no key with its value: ("user", "app").
func areColumns(means []meaning) bool {
	return len(means) > 2 || len(means) == 2 && means[0] != plain && means[1] != plain
}

// columned cleans rows beside the names of their columns.
func (x *scanner) columned(m pcommon.Map) {
	if m.Len() < 2 || m.Len() > 12 {
		return
	}
	var means []meaning
	for key, v := range m.All() {
		if v.Type() == pcommon.ValueTypeSlice && columnKeys.hasFold(key) {
			if means = columnMeanings(namesOf(v.Slice().AsRaw())); means != nil {
				break
			}
		}
	}
	if means == nil {
		return
	}
	for key, v := range m.All() {
		if v.Type() == pcommon.ValueTypeSlice && rowKeys.hasFold(key) {
			x.rowValues(v.Slice(), means)
		}
	}
}

func (x *scanner) rowValues(list pcommon.Slice, means []meaning) {
	for i := range list.Len() {
		v := list.At(i)
		if v.Type() == pcommon.ValueTypeSlice {
			x.rowValues(v.Slice(), means)
		} else if i < len(means) && means[i] != plain && !((means[i] == token || means[i] == weak || means[i] == loose) && v.Type() == pcommon.ValueTypeStr && isName(v.Str())) {
			x.value(v, means[i])
		}
	}
}

// headed cleans a list of rows whose first one names the columns.
func (x *scanner) headed(list pcommon.Slice) {
	if list.Len() < 2 || list.At(0).Type() != pcommon.ValueTypeSlice || list.At(1).Type() != pcommon.ValueTypeSlice || list.At(0).Slice().Len() != list.At(1).Slice().Len() {
		return
	}
	means := columnMeanings(namesOf(list.At(0).Slice().AsRaw()))
	if !areColumns(means) {
		return
	}
	for i := 1; i < list.Len(); i++ {
		if row := list.At(i); row.Type() == pcommon.ValueTypeSlice && row.Slice().Len() == len(means) {
			x.rowValues(row.Slice(), means)
		}
	}
}

// tuples finds rows in brackets behind a bracket that names their columns: columns=[login, secret] rows=[('…', '…'), ('…', '…')].
func (x *scanner) tuples(s string) {
	for i := 0; i < len(s); i++ {
		if s[i] != '(' && s[i] != '[' {
			continue
		}
		names, end := bracketNames(s, i)
		if len(names) < 2 {
			continue
		}
		means := columnMeanings(names)
		if !areColumns(means) || strings.ContainsAny(s[i:end], "\"'") && strings.ContainsAny(s[i:end], "0123456789") {
			i = end - 1
			continue
		}
		at := end
		for at < len(s) {
			open := at
			for open < len(s) && open-at < 24 && s[open] != '(' && s[open] != '[' && s[open] != '\n' {
				open++
			}
			for open+1 < len(s) && s[open] == '[' && (s[open+1] == '(' || s[open+1] == '[') {
				open++
			}
			if open >= len(s) || s[open] != '(' && s[open] != '[' {
				break
			}
			closing := x.row(s, open, means)
			if closing < 0 {
				break
			}
			at = closing
		}
		i = max(end, at) - 1
	}
}

// bracketNames are the names that the bracket at i holds and nothing else, and where it ends.
func bracketNames(s string, i int) (names []string, end int) {
	closing := byte(')')
	if s[i] == '[' {
		closing = ']'
	}
	from := i + 1
	for at := from; at < len(s) && at-i < 400; at++ {
		switch c := s[at]; {
		case c == ',' || c == closing:
			named := strings.Trim(s[from:at], " \"'`")
			if !isHeading(named) || len(names) == maxColumns {
				return nil, i
			}
			names = append(names, named)
			if c == closing {
				return names, at + 1
			}
			from = at + 1
		case !isIdent(c) && strings.IndexByte(" \"'`", c) < 0:
			return nil, i
		}
	}
	return nil, i
}

// row judges the members of the bracket at open, which are as many as the columns; negative where they are not, else where it ends.
func (x *scanner) row(s string, open int, means []meaning) int {
	var cells [maxColumns]value
	closing := byte(')')
	if s[open] == '[' {
		closing = ']'
	}
	n, at := 0, open+1
	for at < len(s) && at-open < 2048 && n < len(cells) {
		for at < len(s) && s[at] == ' ' {
			at++
		}
		if at >= len(s) {
			return -1
		}
		if s[at] == '"' || s[at] == '\'' {
			cells[n] = quotedValue(s, at, at)
			at = cells[n].after
		} else {
			from := at
			for at < len(s) && s[at] != ',' && s[at] != closing && s[at] != '(' && s[at] != '[' && s[at] != '\n' {
				at++
			}
			to := from + len(strings.TrimRight(s[from:at], " "))
			cells[n] = value{from, to, true, at}
		}
		n++
		for at < len(s) && s[at] == ' ' {
			at++
		}
		if at >= len(s) || s[at] != ',' && s[at] != closing {
			return -1
		}
		at++
		if s[at-1] == closing {
			break
		}
	}
	if n != len(means) || s[at-1] != closing {
		return -1
	}
	for i := range n {
		if v := cells[i]; v.to > v.from && means[i] != plain && strings.IndexByte("$?%:", s[v.from]) < 0 && !((means[i] == token || means[i] == weak || means[i] == loose) && isName(s[v.from:v.to])) {
			x.cell(s, v.from, v.to, means[i], '|')
		}
	}
	return at
}
