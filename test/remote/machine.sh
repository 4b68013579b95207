#!/bin/bash
# A second machine on this one, for the tests of remote engines: an own network, host name, /run and /var/lib/docker, with a Docker Engine that
# listens on its socket and with TLS at port 2376, and an sshd whose only key may do nothing but speak to that engine. Nothing of the machine's own
# engine is touched. Needs root on Debian or Ubuntu with dockerd, ip, openssl and ssh.
#
#   machine.sh up FOLDER ADDRESS     ADDRESS: of the second machine; the one before it becomes this side of the wire
#   machine.sh few FOLDER ADDRESS    from now on its sshd drops half of the connections that begin while three have not logged in yet
#   machine.sh down FOLDER ADDRESS
#
# FOLDER/env.sh afterwards: REMOTE_NETNS (its network), REMOTE_TCP, REMOTE_SSH, REMOTE_CERTIFICATES (ca.pem, cert.pem, key.pem) and REMOTE_BIN, whose `ssh` uses the throw-away key.
set -euo pipefail

verb=$1 folder=$2 address=$3
octets=${address%.*} last=${address##*.}
here=$octets.$((last - 1))
# Names of network devices have at most 15 characters.
name=gsr${octets##*.}x$last

own_pid() { [ -s "$folder/$1.pid" ] && cat "$folder/$1.pid"; }

down() {
  local each pid
  for each in dockerd sshd; do
    pid=$(own_pid $each) || continue
    kill "$pid" 2>/dev/null || true
    for _ in $(seq 150); do kill -0 "$pid" 2>/dev/null || break; sleep 0.1; done
    kill -KILL "$pid" 2>/dev/null || true
  done
  # What outlived its engine keeps its file system in use: its processes are those of the namespace alone.
  for pid in $(ip netns pids "$name" 2>/dev/null); do kill -KILL "$pid" 2>/dev/null || true; done
  ip netns del "$name" 2>/dev/null || true
  ip link del "$name" 2>/dev/null || true
  for _ in $(seq 20); do rm -rf "$folder" 2>/dev/null && return; sleep 0.5; done
}

certificates() {
  local of=$folder/certificates
  mkdir -p "$of" && cd "$of"
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=ca -keyout ca-key.pem -out ca.pem
  sign() {
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "/CN=$1" -keyout "$2key.pem" -out request.pem
    openssl x509 -req -in request.pem -CA ca.pem -CAkey ca-key.pem -CAcreateserial -days 2 -out "$2cert.pem" -extfile <(echo "$3")
  }
  sign remote server- "subjectAltName=IP:$address"
  sign client "" extendedKeyUsage=clientAuth
  cd - >/dev/null
} 2>/dev/null

# The distribution's sshd, or the one of its package, unpacked and not installed: no service is started.
find_sshd() {
  if [ -x /usr/sbin/sshd ]; then echo /usr/sbin/sshd; return; fi
  mkdir -p "$folder/packages" && cd "$folder/packages"
  apt-get download openssh-server libwrap0 >/dev/null 2>&1
  for each in ./*.deb; do dpkg -x "$each" .; done
  echo "$PWD/usr/sbin/sshd"
  cd - >/dev/null
}

keys() {
  mkdir -p "$folder/ssh" "$folder/bin"
  ssh-keygen -q -t ed25519 -N '' -f "$folder/ssh/host"
  ssh-keygen -q -t ed25519 -N '' -f "$folder/ssh/key"
  # As docs/deploy.md says.
  echo "restrict,command=\"docker system dial-stdio\" $(cat "$folder/ssh/key.pub")" >"$folder/ssh/authorized_keys"
  echo "$address $(cut -d ' ' -f 1-2 "$folder/ssh/host.pub")" >"$folder/ssh/known_hosts"
  cat >"$folder/ssh/config" <<CONFIG
Host *
  IdentityFile $folder/ssh/key
  IdentitiesOnly yes
  UserKnownHostsFile $folder/ssh/known_hosts
  StrictHostKeyChecking yes
  BatchMode yes
CONFIG
  printf '#!/bin/sh\nexec %s -F "${REMOTE_SSH_CONFIG:-%s}" "$@"\n' "$(command -v ssh)" "$folder/ssh/config" >"$folder/bin/ssh"
  chmod +x "$folder/bin/ssh"
  cat >"$folder/ssh/sshd_config" <<CONFIG
ListenAddress $address
HostKey $folder/ssh/host
AuthorizedKeysFile $folder/ssh/authorized_keys
PidFile none
StrictModes no
UsePAM no
PasswordAuthentication no
PermitRootLogin prohibit-password
SetEnv PATH=$PATH
CONFIG
}

few() {
  echo MaxStartups 3:50:5 >>"$folder/ssh/sshd_config"
  kill -HUP "$(own_pid sshd)"
  sleep 1
}

up() {
  mkdir -p "$folder" && chmod 711 "$folder"
  certificates
  keys
  sshd=$(find_sshd)
  mkdir -p "$folder/data" "$folder/etc"
  # sshd wants a user of its own, and an account that is not locked.
  { grep -v ^sshd: /etc/passwd; echo 'sshd:x:65533:65534::/run/sshd:/usr/sbin/nologin'; } >"$folder/etc/passwd"
  ip netns add "$name"
  ip link add "$name" type veth peer name eth0 netns "$name"
  ip addr add "$here/30" dev "$name" && ip link set "$name" up
  ip -n "$name" addr add "$address/30" dev eth0
  ip -n "$name" link set eth0 up && ip -n "$name" link set lo up
  ip -n "$name" route add default via "$here"
  cat >"$folder/inside.sh" <<INSIDE
set -e
mount --make-rprivate /
mount -t tmpfs -o mode=755 tmpfs /run
mount -t tmpfs tmpfs /etc/docker
mount --bind $folder/data /var/lib/docker
mount --bind $folder/etc/passwd /etc/passwd
mkdir -p /run/sshd
hostname remote-engine
(LD_LIBRARY_PATH=$folder/packages/usr/lib/x86_64-linux-gnu exec $sshd -D -e -f $folder/ssh/sshd_config >$folder/sshd.log 2>&1) & echo \$! >$folder/sshd.pid
# Its addresses are none of the first machine's, so that a mix-up shows.
dockerd --bip 172.29.0.1/24 --default-address-pool base=172.30.0.0/16,size=24 --cgroup-parent /$name \\
  -H unix:///run/docker.sock -H tcp://$address:2376 --tlsverify --tlscacert $folder/certificates/ca.pem \\
  --tlscert $folder/certificates/server-cert.pem --tlskey $folder/certificates/server-key.pem >$folder/dockerd.log 2>&1 & echo \$! >$folder/dockerd.pid
wait
INSIDE
  nsenter --net="/run/netns/$name" setsid unshare --mount --uts bash "$folder/inside.sh" >"$folder/inside.log" 2>&1 </dev/null &
  cat >"$folder/env.sh" <<ENV
export REMOTE_NETNS=$name REMOTE_TCP=tcp://$address:2376 REMOTE_SSH=ssh://root@$address REMOTE_CERTIFICATES=$folder/certificates REMOTE_BIN=$folder/bin
ENV
  for _ in $(seq 200); do
    docker -H "tcp://$address:2376" --tlsverify --tlscacert "$folder/certificates/ca.pem" --tlscert "$folder/certificates/cert.pem" \
      --tlskey "$folder/certificates/key.pem" version >/dev/null 2>&1 && return
    sleep 0.2
  done
  tail -n 5 "$folder/dockerd.log" "$folder/inside.log" >&2
  exit 1
}

trap '[ $? = 0 ] || [ "$verb" != up ] || down' EXIT
$verb
