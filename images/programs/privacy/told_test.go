package privacy

import "testing"

func TestSecretsToldInSentences(t *testing.T) {
	becomes(t, []becoming{
		{"the password is correcthorse", "the password is ***"},
		{"Your password was changed to lindenhain, please log in", "Your password was changed to ***, please log in"},
		{"password changed from lindenhain to buchental", "password changed from *** to ***"},
		{"password for jane is lindenhain.", "password for jane is ***."},
		{"wrong password 'lindenhain' for app", "wrong password '***' for app"},
		{"user app, password lindenhain", "user app, password ***"},
		{"das Passwort lautet lindenhain", "das Passwort lautet ***"},
		{"le mot de passe est lindenhain", "le mot de passe est ***"},
		{"the passphrase is correct horse battery staple", "the passphrase is ***"},
		{"Su código es 482914", "Su código es ***"},
	})
}

func TestWhatIsSaidOfSecretsStays(t *testing.T) {
	stays(t, []string{
		"the password is weak", "the password is case-sensitive", "password is read from the environment", "password set to expire", "invalid password hash", "using password authentication",
		"Das Passwort ist ungültig", "la contraseña es incorrecta", "the token is opaque", "secret is base64 encoded", "your exit code is 1045", "cert-manager: secret \"tls-cert\" is up to date",
		"password = os.Getenv(\"DB_PASSWORD\")", "var password = req.body.password;", "password: Optional[str]",
	})
}
