import { byRole, type Component, type Role, SECTIONS, type Section } from "../pipeline/component.ts";
import type { PipelineGraph, SignalPipeline } from "../pipeline/model.ts";
import { isComponentRef, SECRETS_FOLDER } from "../pipeline/reference.ts";
import { SIGNALS, type TelemetrySignal } from "../pipeline/signal.ts";
import { RENAMINGS } from "../pipeline/versions.ts";
import { wordOf } from "./model.ts";

/**
 * An existing collector configuration as the model of `pipeline/`: to hold it to the checks of that room, and to prove that ours can be read back.
 * Throws when it has no `service.pipelines`, or a section is no mapping.
 */
export function importGraph(content: unknown): PipelineGraph {
  const root = mapping(content, "the configuration");
  const service = mapping(root.service, "service");
  const ids = byRole(() => new Map<string, string>());
  const read = (key: Section, role: Role): readonly Component[] =>
    Object.entries(mapping(root[key] ?? {}, key)).map(([id, settings]) => {
      const [rendered = id, ...rest] = id.split("/");
      const kind = RENAMINGS.find((renaming) => renaming.role === role && renaming.name === rendered)?.kind ?? rendered;
      const name = rest.length === 0 ? undefined : rest.join("/");
      ids[role].set(id, name === undefined ? kind : `${kind}/${name}`);
      return {
        kind,
        ...(name === undefined ? {} : { name }),
        settings: mapping(value(settings ?? {}), `${key}.${id}`),
      };
    });
  const components = Object.fromEntries(SECTIONS.map(([section, role]) => [section, read(section, role)])) as Readonly<
    Record<Section, readonly Component[]>
  >;
  const canonical = (roles: readonly Role[], list: unknown): readonly string[] =>
    texts(list).map((id) => roles.map((role) => ids[role].get(id)).find((known) => known !== undefined) ?? id);
  return {
    ...components,
    service: {
      extensions: canonical(["extension"], service.extensions),
      telemetry: mapping(value(service.telemetry ?? {}), "service.telemetry"),
      pipelines: Object.entries(mapping(service.pipelines, "service.pipelines")).map(
        ([id, members]): SignalPipeline => {
          const [signal = id, name] = id.split("/", 2);
          const parts = mapping(members ?? {}, `service.pipelines.${id}`);
          return {
            signal: signalOf(signal, id),
            ...(name === undefined ? {} : { name }),
            receivers: canonical(["receiver", "connector"], parts.receivers),
            processors: canonical(["processor"], parts.processors),
            exporters: canonical(["exporter", "connector"], parts.exporters),
          };
        },
      ),
    },
  };
}

const SECRET_REFERENCE = new RegExp(`^((?:[^$]|\\$\\$)*)\\$\\{file:${SECRETS_FOLDER}/([^}]+)\\}$`);
const SECRET_FILE = new RegExp(`^${SECRETS_FOLDER}/([^/]+)$`);

/** Settings that hold the id of an extension. */
const EXTENSION_KEYS = new Set(["storage", "authenticator", "middlewares.id"]);

function value(raw: unknown, key = ""): unknown {
  if (Array.isArray(raw)) return raw.map((item) => (key === "middlewares" ? middleware(item) : value(item)));
  if (typeof raw === "object" && raw !== null) {
    return Object.fromEntries(Object.entries(raw).map(([k, v]) => [literal(k), value(v, k)]));
  }
  return typeof raw === "string" ? text(raw, key) : raw;
}

/** `id` means an extension here, and anything elsewhere. */
function middleware(raw: unknown): unknown {
  return typeof raw === "object" && raw !== null && "id" in raw ? { id: value(raw.id, "middlewares.id") } : value(raw);
}

function text(raw: string, key: string): unknown {
  if (EXTENSION_KEYS.has(key)) return { component: raw };
  const secret = raw.match(SECRET_REFERENCE);
  if (secret?.[2] !== undefined) {
    const prefix = literal(secret[1] ?? "");
    return { secret: secret[2], ...(prefix === "" ? {} : { prefix }) };
  }
  const file = raw.match(SECRET_FILE);
  if (file?.[1] !== undefined) return { secretFile: file[1] };
  const env = raw.match(/^\$\{env:(\w+)\}$/);
  if (env?.[1] !== undefined) return { env: env[1] };
  return literal(raw);
}

function literal(raw: string): string {
  return raw.replaceAll("$$", "$");
}

function mapping(raw: unknown, what: string): Record<string, unknown> {
  if (typeof raw === "object" && raw !== null && !Array.isArray(raw) && !isComponentRef(raw)) {
    return Object.fromEntries(Object.entries(raw));
  }
  throw new Error(`${what} is not a mapping: a collector configuration has service.pipelines and a mapping a section.`);
}

function texts(raw: unknown): readonly string[] {
  return Array.isArray(raw) ? raw.map(wordOf) : [];
}

function signalOf(text: string, id: string): TelemetrySignal {
  const signal = SIGNALS.find((s) => s === text);
  if (signal === undefined) throw new Error(`Pipeline "${id}" has no known signal: allowed are ${SIGNALS.join(", ")}.`);
  return signal;
}
