import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";

const script = join(import.meta.dirname, "../../../instrumentation/nginx/rewrite.awk");
const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** What the launcher makes of `nginx -T` with these files, by path; the first is the main one. Paths of the copy are written as COPY. */
function rewritten(files: Readonly<Record<string, string>>, variables: Readonly<Record<string, string>> = {}) {
  const copy = mkdtempSync(join(tmpdir(), "nginx-copy-"));
  folders.push(copy);
  for (const path of Object.keys(files)) mkdirSync(dirname(copy + path), { recursive: true });
  const given = Object.entries(files).map(([path, text]) => `# configuration file ${path}:\n${text}\n`);
  writeFileSync(join(copy, "given"), given.join("\n"));
  const set = { copy, share: "/share", module: "", log_path: "/var/log/nginx/access.log", browser: "", ...variables };
  execFileSync("awk", [
    ...Object.entries(set).flatMap(([key, value]) => ["-v", `${key}=${value}`]),
    ...["-f", script, join(copy, "given")],
  ]);
  const read = (path: string) => readFileSync(copy + path, "utf8").replaceAll(copy, "COPY");
  return Object.fromEntries(Object.keys(files).map((path) => [path, read(path)]));
}

const MAIN = "/etc/nginx/nginx.conf";
const main = (text: string, variables: Readonly<Record<string, string>> = {}) =>
  rewritten({ [MAIN]: text }, variables)[MAIN] ?? "";
const count = (text: string, part: string) => text.split(part).length - 1;

const PARENT = "proxy_set_header traceparent $otel_traceparent;";
const RECORD = "access_log /dev/null combined if=$otel_request;";
const SPAN_ONLY = "access_log /dev/null combined if=$otel_span;";

describe("the copy of nginx' configuration", () => {
  test("loads njs, lets workers see OpenTelemetry's variables, and defines ours at the top of http", () => {
    const text = main("events {}\nhttp {\n}\n", { module: "/m/ngx_http_js_module.so" });
    expect(text.split("\n")[0]).toBe(
      "load_module /m/ngx_http_js_module.so; env OTEL_SERVICE_NAME; env OTEL_RESOURCE_ATTRIBUTES; env OTEL_EXPORTER_OTLP_ENDPOINT;",
    );
    expect(text).toContain(`http {\ninclude COPY/http.conf; ${PARENT}`);
  });

  test("keeps nginx' default access log where none is configured", () => {
    expect(main("http { server { listen 80; } }")).toContain(`access_log /var/log/nginx/access.log; ${RECORD}`);
    expect(main("http { access_log /dev/stdout; }")).not.toContain("/var/log/nginx/access.log");
  });

  test("gives each block with a log or headers of its own ours, once", () => {
    const text = main(
      "http { server { access_log a; access_log b;\n location /x/ { proxy_set_header A b; proxy_set_header C d; proxy_pass http://x; } } }",
    );
    expect(text).toContain(`access_log a; ${RECORD} access_log b;`);
    expect(text).toContain(`proxy_set_header A b; ${PARENT} proxy_set_header C d;`);
    // the one at the top of http, and that of the location
    expect(count(text, PARENT)).toBe(2);
  });

  test("a location without access log sends its span alone", () => {
    const text = main("http { access_log a; server { location /quiet { access_log off; } } }");
    expect(text).toContain(`location /quiet { set $otel_route "/quiet"; ${SPAN_ONLY} }`);
    expect(text).not.toContain("access_log off");
  });

  test("each location says its name, without what nginx would read as a variable", () => {
    const text = main('http { server { location = /a { } location ~ "\\.(js|css)$" { } location ^~ /s/ { } } }');
    expect([...text.matchAll(/set \$otel_route "([^"]*)";/g)].map(([, route]) => route)).toEqual([
      "/a",
      "~ .(js|css)",
      "/s/",
    ]);
  });

  test("headers in an included file count for the block that includes it", () => {
    const files = rewritten({
      [MAIN]: "http { include conf.d/*.conf; }",
      "/etc/nginx/conf.d/site.conf": "server { location / { include /etc/nginx/proxy_params; proxy_pass http://x; } }",
      "/etc/nginx/proxy_params": "proxy_set_header Host $http_host;",
    });
    expect(files[MAIN]).toContain("include conf.d/*.conf;");
    expect(files["/etc/nginx/conf.d/site.conf"]).toContain(`${PARENT} include COPY/etc/nginx/proxy_params;`);
    expect(files["/etc/nginx/proxy_params"]).toBe("proxy_set_header Host $http_host;\n");
  });

  test("a caller's own handling of traceparent gives way, since two headers would be none", () => {
    const text = main("http { server { location / { proxy_set_header traceparent $http_traceparent; } } }");
    expect(text).not.toContain("$http_traceparent");
    expect(text).toContain(`location / { set $otel_route "/"; ${PARENT}`);
  });

  test("braces and semicolons in quotes, comments and variables are text", () => {
    const given =
      'http {\n log_format j \'{"a":"$uri"};\';\n # } server {\n map $host $x { default "a;b"; }\n server { set $y ${host}a; return 200 \'x # y }\'; }\n}';
    const text = main(given);
    expect(text).toContain('log_format j \'{"a":"$uri"};\';');
    expect(text.trimEnd().endsWith("}")).toBe(true);
    expect(count(text, "access_log /var/log/nginx/access.log;")).toBe(1);
  });

  test("what is outside http stays", () => {
    const files = rewritten({
      [MAIN]: "stream { include /etc/nginx/stream.d/*.conf; server { access_log off; } }\nhttp { }",
      "/etc/nginx/stream.d/a.conf": "server { access_log x; }",
    });
    expect(files["/etc/nginx/stream.d/a.conf"]).toBe("server { access_log x; }\n");
    expect(files[MAIN]).toContain("server { access_log off; }");
  });

  test("with a script for browsers, pages get it, the intake is in each server but a status page's, and upstreams do not compress pages", () => {
    const text = main("http { server { location / { } }\n server { location /s { stub_status; } } }", {
      browser: "ask",
    });
    expect(text).toContain(
      `sub_filter '<head>' '<head><script defer src="/otel/browser.js" data-consent="ask" data-traceparent="$otel_page"></script>';`,
    );
    expect(text).toContain("proxy_set_header Accept-Encoding $otel_accept_encoding;");
    expect(count(text, "include COPY/browser.conf;")).toBe(1);
  });
});
