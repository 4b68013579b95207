package privacy

import "strings"

// When a card expires, which pays together with its number and the code on its back: a month and a year under such a key, where that code stands beside it.

// isExpiry: 09/28, 09-2028, 2028-09, 0928.
func isExpiry(v string) bool {
	bare := strings.Map(func(c rune) rune {
		if c == '/' || c == '-' || c == '.' || c == ' ' {
			return -1
		}
		return c
	}, v)
	if len(v) < 4 || len(v) > 9 || !allDigits(bare) || len(bare) != 4 && len(bare) != 6 {
		return false
	}
	month := bare[:2]
	if len(bare) == 6 && (bare[:2] == "20") {
		month = bare[4:]
	}
	return month >= "01" && month <= "12"
}

// besideCard says whether a text has a key for the code of a card.
func besideCard(s string) bool {
	for _, key := range [...]string{"cvv", "cvc", "cvn", "csc\"", "csc=", "security_code", "securitycode", "card_code", "cardcode", "cryptogramme", "prüfziffer", "pruefziffer", "prüfnummer", "pruefnummer", "seguridad", "seguran", "sicurezza", "sikkerhetskode", "säkerhetskod"} {
		if containsFold(s, key) {
			return true
		}
	}
	return false
}
