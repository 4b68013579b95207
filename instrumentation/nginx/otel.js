/**
 * Spans and access records of an nginx, sent as OTLP/JSON. Runs in njs (0.8.1 or newer), which the official images bring and Debian packages.
 * In the log phase nothing can be sent: a request's telemetry waits in shared memory until `send` takes it along.
 */
const SCOPE = '"scope":{"name":"opentelemetry-nginx-njs"}';
const METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH", "QUERY"];
const BATCH = 256;
const BATCHES = 8;
/** Milliseconds in which both signals are sent where the collector is quick. */
const QUICK = 500;

/** trace id, id of the server span, id of the upstream span, flags, id of the caller's span: made once for each request. */
function ids(r) {
  const caller = callerOf(r.headersIn.traceparent || "");
  const random = hex(crypto.getRandomValues(new Uint8Array(32)));
  const trace = caller ? caller.trace : random.slice(0, 32);
  return [
    trace,
    random.slice(32, 48),
    random.slice(48, 64),
    caller ? caller.flags : "01",
    caller ? caller.span : "",
  ].join("-");
}

/** What a W3C traceparent says; undefined for one that is not valid, which begins a new trace. */
function callerOf(header) {
  const match = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/.exec(header);
  if (!match || match[1] === "ff" || (match[1] === "00" && match[5])) return undefined;
  if (/^0+$/.test(match[2]) || /^0+$/.test(match[3])) return undefined;
  return { trace: match[2], span: match[3], flags: parseInt(match[4], 16) & 1 ? "01" : "00" };
}

function hex(bytes) {
  let text = "";
  for (let i = 0; i < bytes.length; i++) text += (bytes[i] + 256).toString(16).slice(1);
  return text;
}

/** The header for the upstream; asked for when the request to it is made, so that is when its span begins. */
function traceparent(r) {
  const id = r.variables.otel_ids.split("-");
  r.variables.otel_upstream_start = String(Date.now());
  return ["00", id[0], id[2], id[3]].join("-");
}

/** What a page's script continues: this request. */
const page = (r) => {
  const id = r.variables.otel_ids.split("-");
  return ["00", id[0], id[1], id[3]].join("-");
};

const traceId = (r) => r.variables.otel_ids.slice(0, 32);
const spanId = (r) => r.variables.otel_ids.split("-")[1];

/** Pages are asked for uncompressed, because a script element is put into them. */
const acceptEncoding = (r) => (/text\/html/.test(r.headersIn.accept || "") ? "" : r.headersIn["accept-encoding"] || "");

/** Log phase: span and access record. Empty, so that nginx itself writes nothing. */
function request(r) {
  return keep(r, true);
}

/** Log phase of a location without access log: the span alone. */
function span(r) {
  return keep(r, false);
}

function keep(r, logged) {
  try {
    const seen = observe(r);
    if (seen.flags === "01") put(ngx.shared.otel_spans, seen.span, spansOf(seen));
    if (logged) put(ngx.shared.otel_logs, seen.span, recordOf(seen));
  } catch (error) {
    r.warn(`telemetry of a request is lost: ${error.message}`);
  }
  return "";
}

/** A full queue loses what is newest, and counts it. */
function put(zone, key, value) {
  try {
    zone.set(key, value);
  } catch (_error) {
    ngx.shared.otel_counts.incr("dropped", 1, 0);
  }
}

function observe(r) {
  const v = r.variables;
  const id = v.otel_ids.split("-");
  const end = Math.round(Number(v.msec) * 1000);
  const known = METHODS.indexOf(r.method) >= 0;
  return {
    v: v,
    trace: id[0],
    span: id[1],
    upstreamSpan: id[2],
    flags: id[3],
    parent: id[4],
    end: end,
    start: end - Math.round(Number(v.request_time) * 1000),
    method: known ? r.method : "_OTHER",
    name: known ? r.method : "HTTP",
    status: Number(v.status),
    path: v.uri,
    route: v.otel_route,
    upstreamSeconds: total(v.upstream_response_time),
  };
}

function spansOf(seen) {
  const v = seen.v;
  const attributes = [
    text("http.request.method", seen.method),
    text("url.path", seen.path),
    text("url.scheme", v.scheme),
    whole("http.response.status_code", seen.status),
    text("http.route", seen.route),
    text("server.address", v.host),
    whole("server.port", v.server_port),
    text("network.protocol.version", String(v.server_protocol).replace("HTTP/", "")),
    whole("http.request.size", v.request_length),
    whole("http.response.body.size", v.body_bytes_sent),
  ];
  const failed = seen.status >= 500;
  const name = seen.route ? `${seen.name} ${seen.route}` : seen.name;
  const own = spanJson(
    seen,
    seen.span,
    seen.parent,
    2,
    name,
    seen.start,
    seen.end,
    attributes,
    failed ? String(seen.status) : "",
  );
  return v.upstream_addr ? `${own},${upstreamSpan(seen)}` : own;
}

function upstreamSpan(seen) {
  const v = seen.v;
  const tries = String(v.upstream_addr).split(/, | : /);
  const status =
    Number(
      String(v.upstream_status || "")
        .split(/, | : /)
        .pop(),
    ) || seen.status;
  const host = String(v.otel_upstream_host || tries[tries.length - 1]);
  const port = /:(\d+)$/.exec(host);
  const start = Math.min(Math.max(Number(v.otel_upstream_start) || seen.start, seen.start), seen.end);
  const end = Math.min(start + Math.round(seen.upstreamSeconds * 1000), seen.end);
  const attributes = [
    text("http.request.method", seen.method),
    text("url.full", v.otel_upstream_host ? `http://${host}${seen.path}` : ""),
    text("server.address", host.replace(/:\d+$/, "")),
    whole("server.port", port ? port[1] : ""),
    whole("http.response.status_code", status),
    text("network.peer.address", tries[tries.length - 1].replace(/:\d+$/, "")),
    whole("http.request.resend_count", tries.length > 1 ? tries.length - 1 : ""),
  ];
  // An answer of 4xx is the visitor's mistake, not a failed call of this proxy.
  return spanJson(
    seen,
    seen.upstreamSpan,
    seen.span,
    3,
    seen.name,
    start,
    end,
    attributes,
    status >= 500 ? String(status) : "",
  );
}

function spanJson(seen, id, parent, kind, name, start, end, attributes, error) {
  const all = error ? attributes.concat(text("error.type", error)) : attributes;
  return (
    '{"traceId":"' +
    seen.trace +
    '","spanId":"' +
    id +
    '"' +
    (parent ? `,"parentSpanId":"${parent}"` : "") +
    ',"flags":1,"kind":' +
    kind +
    ',"name":' +
    JSON.stringify(name) +
    ',"startTimeUnixNano":"' +
    nanos(start) +
    '","endTimeUnixNano":"' +
    nanos(end) +
    '","attributes":[' +
    present(all) +
    "]" +
    (error ? ',"status":{"code":2}' : "") +
    "}"
  );
}

function recordOf(seen) {
  const v = seen.v;
  const severe = seen.status >= 500;
  const attributes = [
    text("http.request.method", seen.method),
    text("url.path", seen.path),
    whole("http.response.status_code", seen.status),
    text("http.route", seen.route),
    whole("http.response.body.size", v.body_bytes_sent),
    number("nginx.request_time", v.request_time),
    v.upstream_addr ? number("nginx.upstream_response_time", seen.upstreamSeconds) : "",
  ];
  return (
    '{"timeUnixNano":"' +
    nanos(seen.end) +
    '","severityNumber":' +
    (severe ? 13 : 9) +
    ',"severityText":"' +
    (severe ? "WARN" : "INFO") +
    '","body":' +
    JSON.stringify({ stringValue: `${seen.method} ${seen.path} ${seen.status}` }) +
    ',"attributes":[' +
    present(attributes) +
    '],"traceId":"' +
    seen.trace +
    '","spanId":"' +
    seen.span +
    '","flags":' +
    Number(seen.flags) +
    "}"
  );
}

const nanos = (milliseconds) => `${String(milliseconds)}000000`;
const present = (attributes) => attributes.filter((each) => each !== "").join(",");
const attribute = (key, value) => `{"key":"${key}","value":${value}}`;
const text = (key, value) => (value ? attribute(key, JSON.stringify({ stringValue: String(value) })) : "");
const whole = (key, value) =>
  value === "" || value === undefined ? "" : attribute(key, `{"intValue":"${Number(value)}"}`);
const number = (key, value) => attribute(key, `{"doubleValue":${Number(value)}}`);

/** nginx lists one time for each upstream it tried, `-` for none. */
function total(times) {
  return String(times || "")
    .split(/, | : /)
    .reduce((sum, each) => sum + (Number(each) || 0), 0);
}

/**
 * Every second, in one worker: what waits, in batches. What the collector cannot take now stays; what it refuses is lost and counted.
 * nginx ends a run of js_periodic that is not over when the next one is due, so a batch that was under way waits no longer for its answer and
 * is sent once more: from then on `sendSlowly` sends.
 */
async function send() {
  const counts = ngx.shared.otel_counts;
  if (counts.get("sending")) counts.set("slow", 1);
  if (counts.get("slow")) return;
  await sendAll(counts, BATCHES, BATCH);
}

/** As seldom as the answers to both signals may take together, each signal in one batch; until they are quick again. */
async function sendSlowly() {
  const counts = ngx.shared.otel_counts;
  if (!counts.get("slow")) return;
  const begun = Date.now();
  if ((await sendAll(counts, 1, BATCHES * BATCH)) && Date.now() - begun < QUICK) counts.set("slow", 0);
}

async function sendAll(counts, batches, size) {
  const before = counts.get("dropped") || 0;
  counts.set("sending", 1);
  const traces = await drain(ngx.shared.otel_spans, "traces", "resourceSpans", "scopeSpans", "spans", batches, size);
  if (before > 0) put(ngx.shared.otel_logs, "dropped", droppedRecord(before));
  const logs = await drain(ngx.shared.otel_logs, "logs", "resourceLogs", "scopeLogs", "logRecords", batches, size);
  if (logs && before > 0) counts.incr("dropped", -before, 0);
  counts.set("sending", 0);
  return traces && logs;
}

/** Whether the collector could take what was sent. */
async function drain(zone, signal, resources, scopes, list, batches, size) {
  for (let i = 0; i < batches; i++) {
    const items = zone.items(size);
    if (items.length === 0) return true;
    const body =
      '{"' +
      resources +
      '":[{"resource":{"attributes":[' +
      resource() +
      ']},"' +
      scopes +
      '":[{' +
      SCOPE +
      ',"' +
      list +
      '":[' +
      items.map((item) => item[1]).join(",") +
      "]}]}]}";
    let status;
    try {
      const answer = await ngx.fetch(`${process.env.OTEL_EXPORTER_OTLP_ENDPOINT}/v1/${signal}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: body,
      });
      status = answer.status;
    } catch (_error) {
      return false;
    }
    if (status === 408 || status === 429 || status >= 500) return false;
    if (status >= 400) {
      ngx.log(ngx.WARN, `the collector answers ${status} to ${items.length} ${signal}`);
      ngx.shared.otel_counts.incr("dropped", items.length, 0);
    }
    for (let j = 0; j < items.length; j++) zone.delete(items[j][0]);
  }
  return true;
}

function droppedRecord(count) {
  return (
    '{"timeUnixNano":"' +
    nanos(Date.now()) +
    '","severityNumber":13,"severityText":"WARN","body":' +
    JSON.stringify({
      stringValue: `nginx could not keep the telemetry of ${count} requests: its queue was full`,
    }) +
    "}"
  );
}

/** Who this nginx is, from OpenTelemetry's own environment variables. */
function resource() {
  const own = (process.env.OTEL_RESOURCE_ATTRIBUTES || "").split(",").map((pair) => {
    const at = pair.indexOf("=");
    return at < 1 ? "" : text(pair.slice(0, at), decodeURIComponent(pair.slice(at + 1)));
  });
  return present(
    [text("service.name", process.env.OTEL_SERVICE_NAME), text("telemetry.sdk.name", "opentelemetry-nginx-njs")].concat(
      own,
    ),
  );
}

export default { ids, traceparent, page, traceId, spanId, acceptEncoding, request, span, send, sendSlowly };
