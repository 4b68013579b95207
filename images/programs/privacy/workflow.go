package privacy

import "strings"

// workflowCommands finds what a job tells the program that runs it: ::add-mask::abc, ::set-output name=token::abc,
// ##vso[task.setvariable variable=token]abc.
func (x *scanner) workflowCommands(s string) {
	x.each(s, "##[add-mask]", func(s string, from int) { x.addUnlessMask(s, from, commandEnd(s, from)) })
	if !strings.Contains(s, "::") && !strings.Contains(s, "##vso[") {
		return
	}
	x.each(s, "::add-mask::", func(s string, from int) { x.addUnlessMask(s, from, commandEnd(s, from)) })
	for _, command := range [...]string{"::set-output ", "::set-env ", "::save-state ", "##vso[task.setvariable "} {
		x.each(s, command, func(s string, from int) {
			line := s[from:commandEnd(s, from)]
			closing, width := strings.Index(line, "::"), 2
			if command[0] == '#' {
				closing, width = strings.IndexByte(line, ']'), 1
			}
			if closing < 0 {
				return
			}
			for _, parameter := range strings.FieldsFunc(line[:closing], func(r rune) bool { return r == ',' || r == ';' }) {
				key, value, _ := strings.Cut(strings.TrimSpace(parameter), "=")
				m := meaningOf(value)
				secretly := key == "issecret" && value == "true"
				if secretly || (key == "name" || key == "variable") && isSecret(m, line[closing+width:]) {
					x.addUnlessMask(s, from+closing+width, from+len(line))
				}
			}
		})
	}
}

// commandEnd is the end of a command that has a line for itself, also where another text quotes it.
func commandEnd(s string, from int) int {
	end := endOfLine(s, from)
	if quote := strings.IndexByte(s[from:end], '"'); quote > 0 {
		return from + quote
	}
	return end
}

// each tells where a mark ends, wherever it stands.
func (x *scanner) each(s, mark string, tell func(s string, after int)) {
	for at := strings.Index(s, mark); at >= 0; {
		after := at + len(mark)
		x.nearby(s, after, after, tell)
		next := strings.Index(s[after:], mark)
		if next < 0 {
			return
		}
		at = after + next
	}
}
