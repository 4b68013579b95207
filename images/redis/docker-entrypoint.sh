#!/bin/sh
# The official Redis image's contract: options or a configuration file alone mean `redis-server`; what it writes is private.
set -eu

case ${1:-} in
  -* | *.conf) set -- redis-server "$@" ;;
esac
if [ "$1" = redis-server ]; then
  umask 0077
  # The official image is compiled with protected mode off: the container network and the password decide who gets in.
  # An option wins over the configuration file, so it is given only where neither says anything.
  case " $* " in
    *" --protected-mode "*) ;;
    *) grep -qs '^[[:space:]]*protected-mode' "${2:-/dev/null}" || set -- "$@" --protected-mode no ;;
  esac
fi
exec "$@"
