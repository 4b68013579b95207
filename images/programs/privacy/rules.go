package privacy

import (
	_ "embed"
	"encoding/json"
	"sort"
)

// The words and prefixes that the finders know. TypeScript reads the same file for collectors without this processor (pipeline/privacy.ts).
//
//go:embed rules.json
var rulesFile []byte

// meaning is what a key says about its value.
type meaning uint8

const (
	plain meaning = iota
	// password: the value is a secret, whatever it looks like.
	password
	// token: like password, but a small number is a count.
	token
	// weak: the value is a secret if it looks like one.
	weak
	// loose: the value is a secret if it is no plain word.
	loose
	// name of a person.
	name
	// weakName is a name where it is not that of a service. weakNames is a list of them, and a count where it is none.
	weakName
	weakNames
	userID
	personal
	mail
	phone
	// maybeName is a name where it looks like one in full.
	maybeName
	// calledName is a name where it begins with a capital as names do.
	calledName
	// account is that of a person on a machine, where it is none of a program.
	account
	// companyName is one where the text says more of a person.
	companyName
	// place: a coordinate, or two. geo: two.
	place
	geo
	// device: what a person's device is known by.
	device
	// postal: an address of a house, or one of a machine.
	postal
	// addressee: an address of a house, or who lives there.
	addressee
	// town: part of an address where a street stands beside.
	town
	// handle is what somebody is called where it looks like one.
	handle
	// clientID is that of a program, or the IMEI of somebody's device.
	clientID
	// chatID is that of a conversation, which leads to whom a bot talks with where it is a long number.
	chatID
	// serial number of a device that somebody carries.
	serial
	// expiry of a card, where one stands beside.
	expiry
	// diagnosis of somebody's, where its value begins with a code of one.
	diagnosis
	// client: addresses belong to people, private ones too.
	client
	// caller: like client, or the number of somebody's telephone.
	caller
	// server: addresses belong to the machines that are observed. machine: those that everybody can reach may be somebody's at home.
	server
	machine
	// number: long numbers are measures.
	number
	version
	sqlText
	urlText
	queryText
	// parameter of a statement.
	parameter
	// keyName: which key of a set signs, which everybody may know.
	keyName
	// kept by configuration.
	kept
)

func (m meaning) secret() bool { return m >= password && m <= loose }

// ofPerson says whether a value leads to somebody whatever words say which of several it is.
func (m meaning) ofPerson() bool {
	return m == name || m == userID || m == personal || m == phone || m == mail || m == device
}

type vendorKey struct {
	Prefix string `json:"prefix"`
	// Min is how many characters follow at least.
	Min int `json:"min"`
}

type rulesData struct {
	Password, Token, Weak, Loose, Name, WeakName, Account, UserID, Personal, Mail, Phone, Client, Server, Number, Version                      []string
	MaybeName, CompanyName, Diagnosis, Place, Geo, Device, Postal, Addressee, Town, NationalID, PersonKinds, PerhapsPersonKinds, DocumentKinds []string
	SQL, URL, Query, Plain, NumberIDs                                                                                                          []string
	SecretEndings, LooseEndings, SecretFollowers, HarmlessFollowers, HarmlessValues, ProseWords, Schemes                                       []string
	NoSecretEndings, WhichFollowers, IndexKeys, Openers, CalledName, Machine, Handle, ClientID, Serial, Expiry, KeyName, ChatID                []string
	ServiceUsers, ClientWords, ServerWords, HarmlessQuery, NotUsers, StrongServerWords, PrivateQuery, PersonTypes                              []string
	Caller                                                                                                                                     []string
	ServiceSecretsInCommands                                                                                                                   map[string]string
	VendorKeys                                                                                                                                 []vendorKey
}

type set map[string]struct{}

func setOf(words []string) set {
	s := make(set, len(words))
	for _, word := range words {
		s[word] = struct{}{}
	}
	return s
}

func (s set) has(word []byte) bool {
	_, ok := s[string(word)]
	return ok
}

// rules are the file's lists, made ready to be asked.
var rules = load()

type ruleSet struct {
	meanings           map[string]meaning
	numberWords        set
	versionWords       set
	secretEndings      []string
	looseEndings       []string
	secretFollowers    set
	harmlessFollowers  set
	noSecretEndings    set
	whichFollowers     set
	indexKeys          set
	openers            set
	harmlessValues     set
	proseWords         set
	schemes            set
	serviceUsers       set
	clientWords        set
	serverWords        set
	harmlessQuery      set
	notUsers           set
	strongServerWords  set
	privateQuery       set
	personTypes        set
	nationalIDs        set
	personKinds        set
	documentKinds      set
	perhapsPersonKinds set
	commands           map[string]string
	// vendorKeys by their first byte, the longest prefix first.
	vendorKeys [256][]vendorKey
}

func load() *ruleSet {
	var data rulesData
	if err := json.Unmarshal(rulesFile, &data); err != nil {
		panic("privacy: rules.json: " + err.Error())
	}
	r := &ruleSet{
		meanings:           map[string]meaning{},
		numberWords:        setOf(data.Number),
		versionWords:       setOf(data.Version),
		secretEndings:      data.SecretEndings,
		looseEndings:       data.LooseEndings,
		secretFollowers:    setOf(data.SecretFollowers),
		harmlessFollowers:  setOf(data.HarmlessFollowers),
		noSecretEndings:    setOf(data.NoSecretEndings),
		whichFollowers:     setOf(data.WhichFollowers),
		indexKeys:          setOf(data.IndexKeys),
		openers:            setOf(data.Openers),
		harmlessValues:     setOf(data.HarmlessValues),
		proseWords:         setOf(data.ProseWords),
		schemes:            setOf(data.Schemes),
		serviceUsers:       setOf(data.ServiceUsers),
		clientWords:        setOf(data.ClientWords),
		serverWords:        setOf(data.ServerWords),
		harmlessQuery:      setOf(data.HarmlessQuery),
		notUsers:           setOf(data.NotUsers),
		strongServerWords:  setOf(data.StrongServerWords),
		privateQuery:       setOf(data.PrivateQuery),
		personTypes:        setOf(data.PersonTypes),
		nationalIDs:        setOf(data.NationalID),
		personKinds:        setOf(data.PersonKinds),
		documentKinds:      setOf(data.DocumentKinds),
		perhapsPersonKinds: setOf(data.PerhapsPersonKinds),
		commands:           data.ServiceSecretsInCommands,
	}
	for _, list := range []struct {
		means meaning
		words []string
	}{
		{password, data.Password}, {token, data.Token}, {weak, data.Weak}, {loose, data.Loose}, {name, data.Name}, {weakName, data.WeakName}, {account, data.Account},
		{userID, data.UserID}, {personal, data.Personal}, {mail, data.Mail}, {phone, data.Phone}, {maybeName, data.MaybeName}, {calledName, data.CalledName}, {companyName, data.CompanyName},
		{place, data.Place}, {geo, data.Geo}, {device, data.Device}, {postal, data.Postal}, {addressee, data.Addressee}, {town, data.Town}, {client, data.Client},
		{caller, data.Caller},
		{diagnosis, data.Diagnosis}, {server, data.Server}, {machine, data.Machine}, {handle, data.Handle}, {clientID, data.ClientID}, {chatID, data.ChatID}, {serial, data.Serial}, {expiry, data.Expiry}, {keyName, data.KeyName}, {number, data.NumberIDs}, {sqlText, data.SQL}, {urlText, data.URL}, {queryText, data.Query},
		{plain, data.Plain},
	} {
		for _, word := range list.words {
			r.meanings[word] = list.means
		}
	}
	for _, key := range data.VendorKeys {
		first := key.Prefix[0]
		r.vendorKeys[first] = append(r.vendorKeys[first], key)
	}
	for _, keys := range r.vendorKeys {
		sort.SliceStable(keys, func(i, j int) bool { return len(keys[i].Prefix) > len(keys[j].Prefix) })
	}
	return r
}
