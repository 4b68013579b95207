#!/bin/sh
# Shadows nginx in PATH: starts it from a copy of its configuration that sends telemetry. The image's own files are left alone. Where that
# cannot work, nginx starts as if this file did not exist, and one line says why.
share=/usr/local/share/opentelemetry-nginx
copy=/tmp/opentelemetry-nginx


# The nginx that this file stands before.
find_real() {
  IFS=:
  for folder in $PATH:/usr/sbin; do
    if [ "$folder" != "${0%/*}" ] && [ -x "$folder/nginx" ]; then
      echo "$folder/nginx"
      break
    fi
  done
  unset IFS
}

# Writes the copy. Prints why not, if not.
prepare() {
  [ -n "${OTEL_EXPORTER_OTLP_ENDPOINT:-}" ] || { echo "OTEL_EXPORTER_OTLP_ENDPOINT is not set"; return; }
  command -v awk > /dev/null || { echo "this image has no awk"; return; }
  rm -rf "$copy"
  mkdir -p "$copy" || { echo "/tmp cannot be written"; return; }
  "$real" -T "$@" > "$copy/given" 2> "$copy/said" || { echo "its own configuration is not valid"; return; }
  ! grep -q ngx_otel_module "$copy/given" || { echo "it has its own OpenTelemetry module"; return; }
  module=$(find_module)
  [ -n "$module" ] || { echo "this image has no njs (ngx_http_js_module.so)"; return; }
  files=$(sed -n 's/^# configuration file \(.*\):$/\1/p' "$copy/given")
  main=$(echo "$files" | head -n 1)
  echo "$main" > "$copy/main"
  echo "$files" | while read -r file; do mkdir -p "$copy${file%/*}"; done
  server=$(awk '$1 == "nameserver" && $2 !~ /:/ { print $2; exit }' /etc/resolv.conf)
  for file in http browser browser-intake; do
    sed "s|RESOLVER|${server:-127.0.0.11}|; s|COPY|$copy|; s|SERVICE|$OTEL_SERVICE_NAME|; s|INTAKE|${OTEL_BROWSER_INTAKE:-}|" \
      "$share/$file.conf" > "$copy/$file.conf"
  done
  grep -q '^[[:space:]]*load_module.*ngx_http_js_module' "$copy/given" && module=
  awk -v copy="$copy" -v share="$share" -v module="$module" -v log_path="$(built_with http-log-path)" \
    -v browser="${OTEL_BROWSER_CONSENT:-}" -f "$share/rewrite.awk" "$copy/given" || { echo "its configuration cannot be read"; return; }
  # What stands beside the rewritten files is found beside their copies: certificates, maps, lists of users.
  echo "$files" | sed 's|/[^/]*$||' | sort -u | while read -r folder; do
    for other in "$folder"/*; do
      [ -e "$copy$other" ] || ln -s "$other" "$copy$other"
    done
  done
  "$real" -t "$@" -c "$copy$main" > "$copy/said" 2>&1 || echo "$(grep -m 1 emerg "$copy/said")"
}

# A path that nginx was built with.
built_with() { "$real" -V 2>&1 | tr ' ' '\n' | sed -n "s/^--$1=//p"; }

find_module() {
  for folder in "$(built_with modules-path)" /usr/lib/nginx/modules /etc/nginx/modules; do
    if [ -e "$folder/ngx_http_js_module.so" ]; then
      echo "$folder/ngx_http_js_module.so"
      break
    fi
  done
}

real=$(find_real)
[ -n "$real" ] || { echo "nginx: not found beside $0" >&2; exit 127; }
for argument; do
  case $argument in
    # Questions, and signals other than the one that reads the configuration again.
    -[tTvVqh?]* | -s?* | stop | quit | reopen) exec "$real" "$@" ;;
  esac
done
reason=$(prepare "$@")
if [ -n "$reason" ]; then
  echo "OpenTelemetry steps aside, nginx runs without it: $reason" >&2
  exec "$real" "$@"
fi
exec "$real" "$@" -c "$copy$(cat "$copy/main")"
