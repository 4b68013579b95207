import type { Registration } from "../../../offline/registration.ts";
import { BACKENDS, type BackendKind } from "../../../vendors/kinds.ts";
import { type ProgramArgs, type ProgramRun, program } from "../../support/engine.ts";

/** A secret that must be seen nowhere in plain text; one a key, so that a leak names its source. */
export const canary = (key: string): string => `canary-${key}`;

const PEM = /Certificate$|ClientKey$/;

const secrets = (...keys: readonly string[]) =>
  Object.fromEntries(keys.map((key) => [key, PEM.test(key) ? `-----BEGIN TEST-----\n${canary(key)}` : canary(key)]));

/** The whole configuration that makes the example run on each backend: one key for the backend, plus what that backend needs. */
export const CASES: Readonly<Partial<Record<BackendKind, ProgramArgs>>> = {
  "grafana-cloud": {
    config: { grafanaCloud: { slug: "gamescheduler", browserOrigins: ["https://games.example"] } },
    secrets: secrets("grafanaCloudToken"),
  },
  "new-relic": {
    config: {
      newRelic: { accountId: "1234567", region: "EU", browser: true, drops: ["DELETE FROM Log WHERE level = 'debug'"] },
    },
    secrets: secrets("newRelicApiKey"),
  },
  honeycomb: { secrets: secrets("honeycombApiKey", "honeycombIngestKey") },
  jaeger: {},
  lgtm: {},
  datadog: { config: { datadog: { site: "datadoghq.eu" } }, secrets: secrets("datadogApiKey") },
  elastic: { config: { elastic: { endpoint: "https://otlp.elastic.example" } }, secrets: secrets("elasticApiKey") },
  otlp: {
    config: { otlp: { endpoint: "https://otlp.example" } },
    secrets: secrets("otlpAuth", "otlpCaCertificate", "otlpClientCertificate", "otlpClientKey"),
  },
};

/** In which this program makes Honeycomb's keys itself, by a management key. */
export const HONEYCOMB_MAKING = {
  config: { honeycomb: { environmentId: "hcaen_1" } },
  secrets: {
    honeycombApiKey: "",
    honeycombIngestKey: "",
    honeycombManagementKeyId: "hcamk_1",
    honeycombManagementKeySecret: "part",
  },
} as const satisfies ProgramArgs;

export const KINDS: readonly BackendKind[] = BACKENDS;

/** The example on that backend, recorded once for all tests of this file. */
export function on(kind: BackendKind, more: ProgramArgs = {}): Promise<ProgramRun> {
  const { config, secrets: given } = CASES[kind] ?? {};
  return program({
    ...more,
    config: { images: "official", backend: kind, ...config, ...more.config },
    secrets: { ...given, ...more.secrets },
  });
}

/** Backends that own resources. */
const COMPONENTS: Readonly<Partial<Record<BackendKind, string>>> = {
  "grafana-cloud": "GrafanaCloud",
  "new-relic": "NewRelic",
  honeycomb: "Honeycomb",
  jaeger: "Jaeger",
  lgtm: "Lgtm",
};

/** What a backend owns in an account or on the engine: everything below its component. Export-only backends own nothing. */
export function owned(run: ProgramRun, kind: BackendKind): readonly Registration[] {
  const component = COMPONENTS[kind];
  if (component === undefined) return [];
  return run.registrations.filter((r) => r.custom && r.urn.includes(`:backends:${component}$`));
}

/** The networks that backends on this machine share: they are there as long as one of those is. */
export const networksOf = (run: ProgramRun): readonly Registration[] =>
  run.registrations.filter((r) => r.custom && r.urn.includes(":components:BackendNetworks$"));

/** `cloud/accessPolicy grafana-cloud-write`: type and name, short enough to read in a list. */
export const shortly = ({ type, name }: Registration): string => {
  const [pkg = "", module = "", kind = ""] = type.split(":");
  return pkg === "pulumi" ? `provider ${kind} ${name}` : `${module.replace(/^index\//, "")} ${name}`;
};

/** Last part of a URN. */
export const nameOf = (urn: string | undefined): string => urn?.split("::").at(-1) ?? "";

/** Name of the provider instance that a resource is made with. */
export const providerOf = ({ options }: Registration): string => options.provider?.split("::").at(-2) ?? "";
