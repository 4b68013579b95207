package privacy

import "strings"

// Numbers of people beside the address of the system that gives them, as FHIR writes them: {"system": "https://fhir.nhs.uk/Id/nhs-number", "value": "…"}.

// systemsOfPeople are parts of such addresses, besides those that end with what a key would be called.
var systemsOfPeople = [...]string{"nhs-number", "us-ssn", "/ihi/", "medicare-number", "2.16.840.1.113883.4.1", "2.16.578.1.12.4.1.4.", "1.2.752.129.2.1.3.", "2.16.756.5.32", "2.16.840.1.113883.2.4.6.3", "/bsn", "kvid-10", "national-id",
	"nationalid", "/nir", "ins-nir", "passport", "/mrn", "patient-number", "patient-id", "chi-number", "/hcn", "health-number", "healthcard", "codicefiscale", "curp", "/cpf", "/nik", "identitycard", "driverslicense"}

// isSystemOfPeople says whether an address of a system is that of one that gives numbers to people.
func isSystemOfPeople(system string) bool {
	if rules.nationalIDs.hasFold(strings.Map(withoutSigns, system)) || strings.EqualFold(system, "passport") {
		return true // {"type": "pesel", "value": "…"}
	}
	if len(system) > 200 || !strings.Contains(system, "://") && !strings.HasPrefix(system, "urn:") {
		return false
	}
	low := strings.ToLower(system)
	for _, part := range systemsOfPeople {
		if at := strings.Index(low, part); at >= 0 {
			end := at + len(part)
			return part[len(part)-1] == '.' || part[len(part)-1] == '/' || end == len(low) || !isAlnum(low[end]) && low[end] != '.'
		}
	}
	last := strings.TrimRight(system, "/")
	return meaningOf(last[strings.LastIndexAny(last, "/:")+1:]) == personal
}

// isSystemKey says whether a member of an object tells the system of the value beside it.
func isSystemKey(key string) bool {
	switch key {
	case "system", "System", "SYSTEM", "idType", "id_type", "documentType", "document_type", "docType", "doc_type", "type", "kind":
		return true
	}
	return false
}

// numbersOfSystems finds https://fhir.nhs.uk/Id/nhs-number|9434765919.
func (x *scanner) numbersOfSystems(s string) {
	x.each(s, "|", func(s string, after int) {
		to := after
		for to < len(s) && (isAlnum(s[to]) || s[to] == '-' || s[to] == ' ' && to+1 < len(s) && isDigit(s[to+1]) && to > after && isDigit(s[to-1])) {
			to++
		}
		if number := s[after:to]; to-after < 6 || to-after > 24 || !strings.ContainsAny(number, "0123456789") {
			return
		}
		from := after - 1
		for from > 0 && after-from < 200 && strings.IndexByte(" \t\n\"'=<>(,|", s[from-1]) < 0 {
			from--
		}
		if isSystemOfPeople(s[from : after-1]) {
			x.add(after, to, person)
		}
	})
}
