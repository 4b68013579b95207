package privacy

import "strings"

// Devices that are called after somebody, as machines call themselves: orlas-macbook-pro, iPhone-von-Orla, orla-iphone.

// isDeviceOf says whether a name joins a first name and a word for a device that somebody carries.
func isDeviceOf(v string) bool {
	from, _ := ownerOfDevice(v)
	return from >= 0
}

// ownerOfDevice is where the first name stands in the name of a device; -1 where there is none.
func ownerOfDevice(v string) (from, to int) {
	if len(v) < 7 || len(v) > 48 {
		return -1, -1
	}
	device, owner, end := false, -1, -1
	for i := 0; i < len(v); {
		next := i
		for next < len(v) && v[next] != '-' && v[next] != '_' && v[next] != '.' {
			next++
		}
		part := v[i:next]
		switch {
		case part == "":
		case isDeviceWord(part):
			device = true
		case owner < 0 && len(part) >= 3 && isLetter(part[0]) && onlyLetters(part):
			first := string(upper(part[0])) + strings.ToLower(part[1:])
			if isGivenName(first) {
				owner, end = i, next
			} else if last := len(first) - 1; first[last] == 's' && isGivenName(first[:last]) {
				owner, end = i, next-1
			} else if !modelWords.hasFold(part) {
				return -1, -1
			}
		case isDigit(part[0]) || modelWords.hasFold(part):
		default:
			return -1, -1 // of a program: eva-phone-service
		}
		i = next + 1
	}
	if !device {
		return -1, -1
	}
	return owner, end
}

// modelWords stand in the name of a device besides its owner.
var modelWords = setOf([]string{"pro", "air", "max", "mini", "plus", "ultra", "se", "xs", "xr", "x", "s", "von", "de", "of", "di", "av", "van", "til", "my", "the", "work", "home", "private", "local", "lan", "new", "old", "and"})

func isDeviceWord(part string) bool {
	switch strings.ToLower(part) {
	case "iphone", "ipad", "macbook", "imac", "laptop", "phone", "pixel", "galaxy", "thinkpad", "airpods", "ipod", "notebook", "handy", "smartphone", "tablet", "desktop", "mbp", "pc":
		return true
	}
	return false
}

// ownersOfDevices finds the first name in the word from..to, which has a dash.
func (x *scanner) ownersOfDevices(s string, from, to int) {
	if owner, end := ownerOfDevice(s[from:to]); owner >= 0 {
		x.add(from+owner, from+end, person)
	}
}

// advertisers finds the ids that telephones give to advertisers, in the name of a client: LoreApp/4.2 (iPhone14,5; idfa/D801FCB8-…).
func (x *scanner) advertisers(s string) {
	for _, product := range [...]string{"idfa/", "idfv/", "gaid/", "aaid/", "adid/", "IDFA/", "IDFV/", "GAID/", "AAID/", "ADID/"} {
		x.each(s, product, func(s string, at int) {
			if from := at - len(product); from > 0 && isAlnum(s[from-1]) {
				return
			}
			if to := at + 36; to <= len(s) && isUUID(s[at:to]) {
				x.add(at, to, person)
			}
		})
	}
}
