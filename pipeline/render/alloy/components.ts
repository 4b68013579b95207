import type { Component } from "../../component.ts";
import { isSecretRef, secretPath } from "../../reference.ts";
import { bodyOf, counterpart, type Part } from "./settings.ts";
import type { Body } from "./syntax.ts";

export function connectorPart(component: Component): Part {
  const kind = counterpart("connector", component);
  if (component.kind !== "spanmetrics") return { kind, body: bodyOf(component.settings) };
  const { aggregation_temporality, ...rest } = component.settings as { readonly aggregation_temporality: string };
  const temporality = aggregation_temporality.replace("AGGREGATION_TEMPORALITY_", "");
  const settings = { ...rest, aggregation_temporality: temporality };
  return { kind, body: bodyOf(settings, { repeated: { dimensions: "dimension" } }) };
}

export function extensionPart(component: Component): Part {
  const kind = counterpart("extension", component);
  if (component.kind === "basicauth") return { kind, body: basicAuth(component) };
  // Alloy cannot start over with an empty queue when its file is damaged
  const { recreate: _, ...settings } = component.settings as { readonly recreate?: boolean };
  return { kind, body: bodyOf(settings) };
}

/** Both are read from their files, which are watched: they are never part of what Alloy's page shows. */
function basicAuth({ settings }: Component): Body {
  const { client_auth } = settings as { readonly client_auth: Readonly<Record<"username" | "password", unknown>> };
  const of = (name: string, value: unknown) =>
    isSecretRef(value) ? { [`${name}_file`]: secretPath(value.secret) } : { [name]: value };
  return bodyOf({ client_auth: { ...of("username", client_auth.username), ...of("password", client_auth.password) } });
}

interface OtlpProtocols {
  readonly protocols: {
    readonly grpc?: { readonly endpoint: string; readonly max_recv_msg_size_mib: number };
    readonly http: object;
  };
}

export function receiverPart(component: Component): Part {
  const kind = counterpart("receiver", component);
  if (component.kind !== "otlp") return { kind, body: bodyOf(component.settings) };
  const { grpc, http } = (component.settings as OtlpProtocols).protocols;
  const limited = grpc && { endpoint: grpc.endpoint, max_recv_msg_size: `${grpc.max_recv_msg_size_mib}MiB` };
  return { kind, body: bodyOf({ grpc: limited, http }) };
}
