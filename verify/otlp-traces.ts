import { type Json, list, object, text } from "./json.ts";
import type { Span } from "./query.ts";
import { kindOf, RESOURCE_ATTRIBUTES } from "./spans.ts";

/** Reads spans out of OTLP JSON (`resourceSpans`, in Tempo's first API `batches`), the shape Jaeger v2 and Tempo both answer in. */
export function spansOfOtlp(data: unknown): Span[] {
  const root = object(data);
  const resources = list(root.resourceSpans ?? root.batches);
  return resources.flatMap((resource) => {
    const own = attributesOf(object(object(resource).resource).attributes);
    const service = own["service.name"] ?? "unknown";
    const shared = Object.fromEntries(
      RESOURCE_ATTRIBUTES.flatMap((key) => (own[key] === undefined ? [] : [[key, own[key]]])),
    );
    const scopes = list(object(resource).scopeSpans ?? object(resource).instrumentationLibrarySpans);
    return scopes.flatMap((scope) => list(object(scope).spans).map((span) => spanOf(object(span), service, shared)));
  });
}

function spanOf(span: Json, service: string, shared: Readonly<Record<string, string>>): Span {
  const parentId = hexId(span.parentSpanId);
  return {
    traceId: hexId(span.traceId).padStart(32, "0"),
    spanId: hexId(span.spanId),
    ...(parentId === "" || /^0+$/.test(parentId) ? {} : { parentId }),
    links: list(span.links).map((link) => ({
      traceId: hexId(object(link).traceId),
      spanId: hexId(object(link).spanId),
    })),
    service,
    name: text(span.name),
    kind: kindOf(span.kind),
    start: new Date(Number(text(span.startTimeUnixNano).slice(0, -6))),
    attributes: { ...shared, ...attributesOf(span.attributes) },
  };
}

/** OTLP JSON writes ids in hex; servers that go through a protobuf gateway write base64 instead. */
function hexId(value: unknown): string {
  const id = text(value);
  if (/^([0-9a-f]{16}|[0-9a-f]{32})$/i.test(id)) return id.toLowerCase();
  // not by Buffer, which no browser has: the console asks as verify does
  return Array.from(atob(id), (byte) => byte.charCodeAt(0).toString(16).padStart(2, "0")).join("");
}

function attributesOf(value: unknown): Record<string, string> {
  return Object.fromEntries(
    list(value).map((attribute) => [text(object(attribute).key), scalarOf(object(object(attribute).value))]),
  );
}

function scalarOf(value: Json): string {
  const scalar = value.stringValue ?? value.intValue ?? value.doubleValue ?? value.boolValue;
  return scalar === undefined ? JSON.stringify(value) : text(scalar);
}
