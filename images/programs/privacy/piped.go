package privacy

import "strings"

// piped finds the password that one command hands to the next: echo abc | sudo -S ls, echo "app:abc" | chpasswd.
func (x *scanner) piped(s string) {
	pipe := strings.Index(s, " | ")
	if pipe < 0 {
		return
	}
	rest := strings.TrimLeft(s[pipe+3:], " ")
	users := strings.HasPrefix(rest, "chpasswd") || strings.HasPrefix(rest, "sudo chpasswd")
	if !users && !strings.HasPrefix(rest, "sudo -S") && !strings.HasPrefix(strings.TrimPrefix(rest, "sudo "), "passwd") && !strings.Contains(rest, "--password-stdin") && !strings.Contains(rest, "--passphrase-fd 0") {
		return
	}
	for _, command := range [...]string{"echo ", "printf "} {
		at := strings.LastIndex(s[:pipe], command)
		if at < 0 {
			continue
		}
		from := at + len(command)
		for _, before := range [...]string{"-n ", "-e ", "-ne ", "'%s' ", `'%s\n' `, `"%s" `} {
			if strings.HasPrefix(s[from:], before) {
				from += len(before)
			}
		}
		v := valueAfter(s[:pipe], from, false)
		if colon := strings.IndexByte(s[v.from:v.to], ':'); users && colon >= 0 {
			if isOnMachine(s[v.from : v.from+colon]) {
				x.add(v.from, v.from+colon, person)
			}
			v.from += colon + 1
		}
		x.addUnlessMask(s, v.from, v.to)
	}
}
