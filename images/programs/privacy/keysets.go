package privacy

import "strings"

// isKeyName says whether a value is what a key of a set is called, as random as it looks: "kid": "IUM1qcxR5rgK…". Nothing that would be found by its own shape is.
func isKeyName(v string) bool {
	if len(v) < 8 || len(v) > 64 || strings.HasPrefix(v, "eyJ") || allDigits(v) {
		return false
	}
	for i := 0; i < len(v); i++ {
		if !isTokenChar(v[i]) {
			return false
		}
	}
	for _, key := range rules.vendorKeys[v[0]] {
		if strings.HasPrefix(v, key.Prefix) && len(key.Prefix) > 2 {
			return false
		}
	}
	return true
}
