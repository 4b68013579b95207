import { componentId } from "./component.ts";
import type { Processor, Receiver } from "./components.ts";
import { INTAKE_PORTS, limited } from "./intake.ts";
import type { Fragment } from "./model.ts";
import { ottlString } from "./ottl.ts";
import type { TelemetrySignal } from "./signal.ts";
import type { Distribution } from "./versions.ts";

/** What a visitor's browser may say of itself. */
const RESOURCE_KEYS = ["browser.brands", "browser.language", "browser.mobile", "browser.platform"];

/** What a span or an error of a page may carry; anything else is dropped, whoever sends it. */
const BROWSER_KEYS = [
  ...["browser.navigation", "error.type", "http.request.method", "http.response.status_code"],
  ...["server.address", "server.port", "url.full", "url.path"],
  ...["web_vital.name", "web_vital.rating", "web_vital.value"],
  ...["code.column.number", "code.file.path", "code.line.number"],
  ...["exception.message", "exception.stacktrace", "exception.type"],
];

/** Names a page's script uses. Another would be a series of its own for every visitor who likes to invent one. */
const SPAN_NAMES =
  "^(page (load|fetch)|web vital (CLS|FCP|INP|LCP|TTFB)|(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)|HTTP)$";
const METHODS = "^(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)$";
const LONGEST = 4096;

/** By which spans and errors of browsers join those of the applications. */
export const browserForward = { kind: "forward", name: "browser", settings: {} } as const;

/** Spans and errors of browsers, stripped of everything that is not allowed before they join those of the applications. */
export function browserIn(limiter: string, wanted: readonly TelemetrySignal[], distribution: Distribution): Fragment {
  const receiver = browserReceiver(distribution);
  const [allowed, resource, events] = [browserAllowed(), browserResource(), browserEvents()];
  return {
    receivers: [receiver],
    processors: [allowed, resource, events],
    connectors: [browserForward],
    pipelines: (["traces", "logs"] as const)
      .filter((signal) => wanted.includes(signal))
      .map((signal) => ({
        signal,
        name: "browser",
        receivers: [componentId(receiver)],
        processors: [limiter, ...[allowed, resource, ...(signal === "traces" ? [events] : [])].map(componentId)],
        exporters: [componentId(browserForward)],
      })),
  };
}

/** Browsers' telemetry, passed on by the nginx of the page. Everything in it may be invented. */
function browserReceiver(distribution: Distribution): Receiver<"otlp"> {
  return {
    kind: "otlp",
    name: "browser",
    why: "For the nginx of a page only: what visitors send is limited there, and distrusted here.",
    settings: {
      protocols: {
        http: {
          endpoint: `0.0.0.0:${INTAKE_PORTS.browser}`,
          // nginx says which service it is; it passes no header of the visitor's on
          include_metadata: true,
          ...limited(distribution),
        },
      },
    },
  };
}

/** Whose page it is, as its nginx says, whatever the browser claims. */
function browserResource(): Processor<"resource"> {
  return {
    kind: "resource",
    name: "browser",
    settings: {
      attributes: [
        { key: "service.name", from_context: "metadata.x-otel-service", action: "upsert" },
        { key: "telemetry.source", value: "browser", action: "upsert" },
      ],
    },
  };
}

/** Span events hold whatever a page's script writes, and no board shows them. */
function browserEvents(): Processor<"filter"> {
  return {
    kind: "filter",
    name: "browser",
    settings: { error_mode: "ignore", traces: { spanevent: ["true"] } },
  };
}

const keep = (target: string, keys: readonly string[]) => `keep_keys(${target}, [${keys.map(ottlString).join(", ")}])`;

/** The allow list of attributes, names and kinds. */
function browserAllowed(): Processor<"transform"> {
  const resource = {
    context: "resource",
    statements: [keep("attributes", RESOURCE_KEYS), "truncate_all(attributes, 128)"],
  } as const;
  const common = [keep("attributes", BROWSER_KEYS), `truncate_all(attributes, ${LONGEST})`];
  return {
    kind: "transform",
    name: "browser",
    settings: {
      error_mode: "ignore",
      trace_statements: [
        resource,
        {
          context: "span",
          statements: [
            ...common,
            `delete_key(attributes, "http.request.method") where not IsMatch(attributes["http.request.method"], ${ottlString(METHODS)})`,
            `set(name, "other") where not IsMatch(name, ${ottlString(SPAN_NAMES)})`,
            // a browser answers nothing and consumes nothing, so it may not count as doing so
            "set(kind, SPAN_KIND_INTERNAL) where kind != SPAN_KIND_CLIENT",
            'set(status.message, "")',
          ],
        },
      ],
      log_statements: [
        resource,
        {
          context: "log",
          statements: [
            ...common,
            `set(body, Substring(body, 0, ${LONGEST})) where IsString(body) and Len(body) > ${LONGEST}`,
            'set(body, "") where not IsString(body)',
            "set(severity_number, SEVERITY_NUMBER_ERROR) where severity_number > SEVERITY_NUMBER_ERROR",
            'set(severity_text, "ERROR")',
          ],
        },
      ],
    },
  };
}
