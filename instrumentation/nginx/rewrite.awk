# Copies the files of `nginx -T` to `copy`/<their path>, with what telemetry needs put in. Variables: copy, share, log_path (nginx's
# default access log), module (empty: loaded already), browser (empty: no script is put into pages).
# nginx inherits these directives only into blocks that have none of their own, so each such block gets ours once.
BEGIN {
  ours["proxy_set_header"] = " proxy_set_header traceparent $otel_traceparent;"
  ours["access_log"] = " access_log /dev/null combined if=$otel_request;"
  if (browser != "") {
    ours["proxy_set_header"] = ours["proxy_set_header"] " proxy_set_header Accept-Encoding $otel_accept_encoding;"
    ours["sub_filter"] = " sub_filter '<head>' '<head><script defer src=\"/otel/browser.js\" data-consent=\"" browser "\" data-traceparent=\"$otel_page\"></script>';"
  }
  environment = "env OTEL_SERVICE_NAME; env OTEL_RESOURCE_ATTRIBUTES; env OTEL_EXPORTER_OTLP_ENDPOINT;"
}

/^# configuration file .*:$/ {
  name = $0
  sub(/^# configuration file /, "", name)
  sub(/:$/, "", name)
  files[++count] = name
  next
}
count { lines[count, ++length_of[count]] = $0 }

END {
  folder = files[1]
  sub(/\/[^\/]*$/, "", folder)
  # Twice: what an included file holds must be known before the block that includes it is written.
  for (writing = 0; writing <= 1; writing++) for (i = 1; i <= count; i++) read_file(i)
}

function read_file(i,    n, line, target) {
  file = files[i]; depth = 0; outside = ""; raw = ""; quote = ""; words = 0; word = ""; inside = 0; text = ""
  if (i == 1) text = (module == "" ? "" : "load_module " module "; ") environment "\n"
  for (n = 1; n <= length_of[i]; n++) read_line(lines[i, n])
  if (!writing) return
  target = copy file
  printf "%s%s", text, raw > target
  close(target)
}

function read_line(line,    at, c, size) {
  size = length(line)
  for (at = 1; at <= size; at++) {
    c = substr(line, at, 1)
    if (quote == "" && !inside && c == "#") { raw = raw substr(line, at); break }
    raw = raw c
    if (c == "\\") { at++; raw = raw substr(line, at, 1); word = word c substr(line, at, 1); inside = 1 }
    else if (quote != "") { if (c == quote) quote = ""; else word = word c }
    else if ((c == "\"" || c == "'") && !inside) { quote = c; inside = 1 }
    else if (c == "$" && substr(line, at + 1, 1) == "{") {
      while (at < size && c != "}") { word = word c; at++; c = substr(line, at, 1); raw = raw c }
      word = word c; inside = 1
    }
    else if (c == " " || c == "\t" || c == "\r") end_word()
    else if (c == ";") { end_word(); end_statement() }
    else if (c == "{") { end_word(); open_block() }
    else if (c == "}") { end_word(); close_block() }
    else { word = word c; inside = 1 }
  }
  if (quote == "") end_word()
  raw = raw "\n"
}

function end_word() {
  if (inside) said[++words] = word
  word = ""; inside = 0
}

function flush() { text = text raw; raw = ""; named_words = words; words = 0 }

function end_statement(    kind, named) {
  kind = said[1]; named = tolower(said[2])
  if (kind == "include") included()
  else if (kind == "proxy_set_header" && (named == "traceparent" || (browser != "" && named == "accept-encoding"))) raw = ""
  else if (kind == "access_log" && named == "off" && in_http() && depth > 0) {
    raw = " access_log /dev/null combined if=$otel_span;"
    done[depth, kind] = 1
  }
  else if (kind == "stub_status") quiet[depth > 0 ? server_at : 0] = 1
  flush()
  if (kind in ours && kind != "include") own(kind)
}

# A block has a directive of its own: it gets ours too. Outside of blocks, the file that includes this one does.
function own(kind) {
  if (depth == 0 && file != files[1]) { holds[file, kind] = 1; return }
  if (!in_http() || (depth, kind) in done) return
  done[depth, kind] = 1
  if (block[depth] != "limit_except") text = text ours[kind]
}

function included(    path, pattern, i, kind) {
  path = said[2]
  if (path ~ /^\//) { sub(/\/.*/, "", raw); sub(/include.*/, "", raw); raw = raw "include " copy path ";" }
  else path = folder "/" path
  pattern = path
  gsub(/[.+()\[\]^$|{}\\]/, "\\\\&", pattern); gsub(/\*/, "[^/]*", pattern); gsub(/\?/, "[^/]", pattern)
  for (i = 1; i <= count; i++) if (files[i] ~ ("^" pattern "$")) {
    if (!in_http() && depth > 0) foreign[files[i]] = 1
    for (kind in ours) if ((files[i], kind) in holds) own(kind)
  }
}

function in_http() { return !(file in foreign) && outside == "" }

function open_block(    kind, d, route, i, each) {
  kind = said[1]
  depth++
  block[depth] = kind
  for (each in ours) delete done[depth, each]
  flush()
  if (kind == "stream" || kind == "mail") outside = depth
  if (!in_http()) return
  if (kind == "http") {
    text = text "\ninclude " copy "/http.conf;"
    for (each in ours) if (each != "access_log") { text = text ours[each]; done[depth, each] = 1 }
  }
  if (kind == "server") { server_at = depth; delete quiet[depth] }
  if (kind == "location") {
    route = ""
    for (i = (said[2] == "=" || said[2] == "^~") ? 3 : 2; (i in said) && i <= named_words; i++) route = route (route == "" ? "" : " ") said[i]
    gsub(/[$"'\\{};]/, "", route)
    text = text " set $otel_route \"" substr(route, 1, 100) "\";"
  }
}

function close_block() {
  if (block[depth] == "server" && browser != "" && in_http() && !(depth in quiet)) {
    sub(/}[^}]*$/, "", raw)
    raw = raw "include " copy "/browser.conf;\n}"
  }
  # Where no log is configured nginx writes its default one, but not beside another.
  if (block[depth] == "http" && !((depth, "access_log") in done)) {
    sub(/}[^}]*$/, "", raw)
    raw = raw "access_log " log_path ";" ours["access_log"] "\n}"
  }
  flush()
  if (outside == depth) outside = ""
  depth--
}
