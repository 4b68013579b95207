#!/bin/bash
# The official PostgreSQL image's contract, for a container that already runs as its final user:
#   POSTGRES_USER, POSTGRES_PASSWORD or POSTGRES_PASSWORD_FILE, POSTGRES_DB, POSTGRES_INITDB_ARGS, POSTGRES_HOST_AUTH_METHOD, PGDATA,
#   /docker-entrypoint-initdb.d/*.{sh,sql,sql.gz} on an empty data directory, arguments appended to `postgres`.
set -Eeuo pipefail

# During initialisation the server listens on a socket of its own, so that a health check by `pg_isready`
# cannot take the half-made database for the finished one.
init_socket=/tmp/postgres-init

refuse() {
  echo "postgres image: $*" >&2
  exit 1
}

# value_of NAME [DEFAULT]: the variable NAME, or the contents of the file that NAME_FILE names.
value_of() {
  local name=$1 file_name=$1_FILE default=${2:-}
  if [ -n "${!name:-}" ] && [ -n "${!file_name:-}" ]; then
    refuse "both $name and $file_name are set; set one of them"
  elif [ -n "${!file_name:-}" ]; then
    [ -r "${!file_name}" ] || refuse "$file_name names ${!file_name}, which user $(id -u) cannot read"
    cat "${!file_name}"
  else
    printf '%s' "${!name:-$default}"
  fi
}

create_data_directory() {
  if [ -z "$password" ] && [ "$auth_method" != trust ]; then
    refuse "the data directory is empty and no password is given; set POSTGRES_PASSWORD_FILE or POSTGRES_PASSWORD"
  fi
  local pwfile=()
  if [ -n "$password" ]; then pwfile=(--pwfile=/dev/stdin); fi
  # shellcheck disable=SC2086 # a list of options by contract
  initdb --username="$user" "${pwfile[@]}" ${POSTGRES_INITDB_ARGS:-} <<< "$password"
  printf '\nhost all all all %s\n' "$auth_method" >> "$PGDATA/pg_hba.conf"
}

start_for_initialisation() {
  install -d -m 0700 "$init_socket"
  pg_ctl --wait start -o "$(printf '%q ' "$@" -c listen_addresses= -c unix_socket_directories="$init_socket")" > /dev/null
}

query() {
  psql --set ON_ERROR_STOP=1 --no-psqlrc --no-password --username "$user" --dbname "$database" "$@"
}

create_database() {
  if [ "$database" = postgres ]; then return; fi
  psql --set ON_ERROR_STOP=1 --no-psqlrc --username "$user" --dbname postgres --set db="$database" <<< 'CREATE DATABASE :"db";'
}

run_init_file() {
  echo "postgres image: running $1" >&2
  case $1 in
    *.sh) if [ -x "$1" ]; then "$1"; else source "$1"; fi ;;
    *.sql) query --file "$1" ;;
    *.sql.gz) gunzip --stdout "$1" | query ;;
    *) echo "postgres image: $1 is not a .sh, .sql or .sql.gz file and is left alone" >&2 ;;
  esac
}

initialise() {
  local user database password auth_method file
  user=$(value_of POSTGRES_USER postgres)
  database=$(value_of POSTGRES_DB "$user")
  password=$(value_of POSTGRES_PASSWORD)
  auth_method=${POSTGRES_HOST_AUTH_METHOD:-scram-sha-256}

  # Init scripts find server, user and database as in the official image.
  export PGHOST=$init_socket PGPASSWORD=$password POSTGRES_USER=$user POSTGRES_DB=$database
  create_data_directory
  start_for_initialisation "$@"
  create_database
  for file in /docker-entrypoint-initdb.d/*; do
    if [ -e "$file" ]; then run_init_file "$file"; fi
  done
  pg_ctl --mode fast --wait stop > /dev/null
}

if [ "${1:0:1}" = - ]; then set -- postgres "$@"; fi

if [ "$1" = postgres ]; then
  if [ ! -s "$PGDATA/PG_VERSION" ]; then
    # A subshell: what initialisation exports does not reach the server. It is no operand of `||` or `if`, where bash ignores `set -e`.
    set +e
    (set -e; initialise "${@:2}")
    status=$?
    set -e
    if [ $status -ne 0 ]; then
      # Left as it is, the half-made directory would pass for a finished one at the next start.
      pg_ctl --mode immediate --wait stop > /dev/null 2>&1 || true
      find "$PGDATA" -mindepth 1 -delete
      refuse "initialising $PGDATA failed, see the lines above; it was emptied again"
    fi
  fi
  # Debian's default is localhost, the official image's is every address of the container.
  set -- postgres -c listen_addresses='*' "${@:2}"
fi
exec "$@"
