package privacy

import (
	_ "embed"
	"slices"
	"strings"
)

// Long lists of words, in files of their own.
var (
	//go:embed words/firstnames.txt
	firstNamesFile string
	// firstNames are those of some forty countries that are no word of English and no place, in order (out of Faker 40.63, MIT licence).
	firstNames = strings.Fields(firstNamesFile)

	//go:embed words/ambiguous.txt
	ambiguousFile string
	// ambiguousNames are first names that are words or places too: a family name that many people have must follow.
	ambiguousNames = strings.Fields(ambiguousFile)

	//go:embed words/familynames.txt
	familyNamesFile string
	familyNames     = strings.Fields(familyNamesFile)

	//go:embed words/things.txt
	thingsFile string
	// things are words of titles, products and companies, never of a person.
	things = setOf(strings.Fields(thingsFile))

	//go:embed words/institutions.txt
	institutionsFile string
	// institutions end the name of what is called after somebody: Martin Luther King Day.
	institutions = setOf(strings.Fields(institutionsFile))

	//go:embed words/people.txt
	peopleFile string
	// peopleWords stand before somebody's name: patient, Kunde, huésped.
	peopleWords = setOf(strings.Fields(peopleFile))

	//go:embed words/aboutsecrets.txt
	aboutSecretsFile string
	// aboutSecrets are said of a secret and are none: the password is weak.
	aboutSecrets = setOf(strings.Fields(aboutSecretsFile))
)

func isFirstName(word string) bool {
	_, found := slices.BinarySearch(firstNames, word)
	return found
}
