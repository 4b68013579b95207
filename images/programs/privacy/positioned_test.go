package privacy

import "testing"

func TestSecretsByTheirPlaceInACommand(t *testing.T) {
	becomes(t, []becoming{
		{"sqlplus -S app/lindenhain@//db:1521/XE @run.sql", "sqlplus -S app/***@//db:1521/XE @run.sql"},
		{`net use Z: \\nas\share lindenhain /persistent:no`, `net use Z: \\nas\share *** /persistent:no`},
		{"winrm -p:Ahorn-41 -u:app", "winrm -p:*** -u:app"},
		{"evil-winrm -i win01 -u app -p lindenhain", "evil-winrm -i win01 -u app -p ***"},
		{"ipmitool -H bmc -U admin -P lindenhain power on", "ipmitool -H bmc -U admin -P *** power on"},
		{"openssl -k lindenhain", "openssl -k ***"},
		{"htpasswd -bc /etc/pw app lindenhain", "htpasswd -bc /etc/pw app ***"},
		{`expect "assword:"; send "lindenhain\r"`, `expect "assword:"; send "***\r"`},
		{"chpasswd <<< \"app:lindenhain\"", "chpasswd <<< \"app:***\""},
		{"lftp -u app,lindenhain ftp.example.org", "lftp -u app,*** ftp.example.org"},
		{"SET PASSWORD FOR app@localhost = PASSWORD(\"lindenhain\")", "SET PASSWORD FOR app@localhost = PASSWORD(?)"},
		{"requests.get(url, auth=('app', 'lindenhain'))", "requests.get(url, auth=('app', '***'))"},
		{"smtp.login('app', 'lindenhain')", "smtp.login('app', '***')"},
		{"dial app:lindenhain@db:5432", "dial app:***@db:5432"},
		{"key session/9f0c2f10-8d7e-4c1b-a2f3-5e6d7c8b9a01 expired", "key session/*** expired"},
		{"discord.gg%2FaBcD3f", "discord.gg%2F***"},
	})
}

func TestTextsThatEndWithinACommand(t *testing.T) {
	stays(t, []string{`rcon_password "`, `requirepass '`, `net use "`, `send "`, `smbclient //nas/x "`, `git config user.password "`, `chpasswd <<<`, `auth=('app',`, `password <- "`})
}

func TestArgumentsThatAreNoSecretsStay(t *testing.T) {
	stays(t, []string{
		"sqlplus app@db", "docker run -u app -p 8000:8000 api:1", "dotnet publish /p:Configuration=Release -p:PublishTrimmed=true", "redis-cli -h redis -p 6379 ping", "net start docker",
		"docker exec -u app api mkdir -p data", "gunicorn -k gevent -w 4 app:app", "key session/active/count 12", "image: app:1.2.3@sha256:abcd", "set password policy", "login('app') returned 200",
	})
}
