import { type Component, componentId } from "../../component.ts";
import { isSecretRef, type SecretRef } from "../../reference.ts";
import { bodyOf, counterpart, type Part, settingOf, textOf } from "./settings.ts";
import { type Body, expression } from "./syntax.ts";

interface OtlpHttp {
  readonly endpoint?: unknown;
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly auth?: { readonly authenticator: { readonly component: string } };
  readonly tls?: object;
  readonly compression: string;
  readonly timeout: string;
  readonly retry_on_failure: object;
  readonly sending_queue: { readonly storage: { readonly component: string }; readonly batch: object };
}

const SIGNAL_ENDPOINTS = ["traces_endpoint", "metrics_endpoint", "logs_endpoint"] as const;

/**
 * The exporter, and the component that adds its secret headers, if any: in the exporter's own `headers` Alloy's page would show them.
 * @param handlerOf how the exporter names an extension of the pipeline
 */
export function exporterParts(
  component: Component,
  label: string,
  handlerOf: (id: string) => string,
): { readonly exporter: Part; readonly signing: Part | undefined } {
  const kind = counterpart("exporter", component);
  const { headers = {}, auth, tls, endpoint = "", compression, timeout, ...rest } = component.settings as OtlpHttp;
  const secret = Object.entries(headers).filter((entry): entry is [string, SecretRef] => isSecretRef(entry[1]));
  const plain = Object.entries(headers).filter(([, value]) => !isSecretRef(value));
  const signing = secret.length > 0 ? signingPart(secret) : undefined;
  if (signing && auth) throw new Error(`${componentId(component)}: Alloy takes a login or secret headers, not both.`);
  const authenticator = auth ? handlerOf(auth.authenticator.component) : signing && `${signing.kind}.${label}.handler`;
  const client: Body = {
    attributes: [
      { name: "endpoint", value: textOf(endpoint) },
      { name: "compression", value: compression },
      { name: "timeout", value: timeout },
      ...(plain.length > 0 ? [{ name: "headers", value: settingOf(Object.fromEntries(plain)) }] : []),
      ...(authenticator ? [{ name: "auth", value: expression(authenticator) }] : []),
    ],
    blocks: tls ? [{ block: "tls", body: bodyOf(tls) }] : [],
  };
  const own = SIGNAL_ENDPOINTS.flatMap((name) => {
    const value: unknown = Reflect.get(rest, name);
    return value === undefined ? [] : [{ name, value: textOf(value) }];
  });
  const { storage, batch, ...queue } = rest.sending_queue;
  const held = bodyOf(queue);
  const sending: Body = {
    attributes: [...held.attributes, { name: "storage", value: expression(handlerOf(storage.component)) }],
    blocks: [{ block: "batch", body: bodyOf(batch) }],
  };
  return {
    exporter: {
      kind,
      body: {
        attributes: own,
        blocks: [
          { block: "client", body: client },
          { block: "retry_on_failure", body: bodyOf(rest.retry_on_failure) },
          { block: "sending_queue", body: sending },
        ],
      },
    },
    signing,
  };
}

/** A secret with a word before it is a token with a scheme; others are headers as they are. */
function signingPart(headers: readonly [string, SecretRef][]): Part {
  const [[header, first] = ["", { secret: "" }]] = headers;
  if (first.prefix === undefined) {
    const each = headers.map(([key, value]) => ({ key, value }));
    return { kind: "otelcol.auth.headers", body: bodyOf({ each }, { repeated: { each: "header" } }) };
  }
  if (headers.length > 1)
    throw new Error(`Alloy adds one secret header with a prefix, and ${header} is not the only one.`);
  const scheme = first.prefix.trimEnd();
  return { kind: "otelcol.auth.bearer", body: bodyOf({ scheme, header, token: { secret: first.secret } }) };
}
