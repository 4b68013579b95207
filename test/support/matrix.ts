import { join } from "node:path";
import { readYaml } from "../../offline/project-file.ts";
import { isList, isMap, type PropertyValue } from "../../offline/properties.ts";
import { capabilities } from "../../vendors/capabilities.ts";
import { CONTACT_KINDS, type ContactKind } from "../../vendors/contacts.ts";
import { BACKENDS } from "../../vendors/kinds.ts";
import { CASES, canary } from "../program/backends/cases.ts";
import type { ProgramArgs } from "./engine.ts";
import { pairwise, type Row } from "./pairwise.ts";

export const STORES = ["postgres", "redis", "rabbitmq"] as const;
type Store = (typeof STORES)[number];

const STORE_STATES = ["managed", "existing", "none"] as const;
const ON_OFF = ["on", "off"] as const;

/** Every switch that a stack has, with every value that makes another program of it. */
const SWITCHES = {
  backend: BACKENDS,
  contact: ["none", ...CONTACT_KINDS],
  postgres: STORE_STATES,
  redis: STORE_STATES,
  rabbitmq: STORE_STATES,
  sampling: ["all", "tail"],
  topology: ["gateway", "agent", "sidecar"],
  engine: ["otelcol", "alloy"],
  storeMetrics: ON_OFF,
  hostMetrics: ON_OFF,
  containerMetrics: ON_OFF,
  containerLogs: ON_OFF,
  calibration: ON_OFF,
} as const;
export type Combination = Row<typeof SWITCHES>;

/** Every two values that may meet, as combinations; what is refused is tested by itself: a contact that the backend cannot notify, and what Alloy cannot do. */
export const COMBINATIONS: readonly Combination[] = pairwise(
  SWITCHES,
  (part) => canNotify(part) && (part.engine !== "alloy" || alloyCan(part)),
);

function canNotify({ backend, contact = "none" }: Partial<Combination>): boolean {
  if (backend === undefined || contact === "none") return true;
  const able: readonly ContactKind[] = capabilities[backend].contacts;
  return able.includes(contact);
}

/** Alloy has no component for these metrics and logs, and cannot tell Honeycomb for how many spans one stands. */
function alloyCan(part: Partial<Combination>): boolean {
  const { backend, sampling, storeMetrics, postgres, redis, hostMetrics, containerMetrics, containerLogs } = part;
  if ([hostMetrics, containerMetrics, containerLogs].includes("on")) return false;
  const measured = [postgres, redis].some((store) => store !== undefined && store !== "none");
  return !(storeMetrics === "on" && measured) && !(backend === "honeycomb" && sampling === "tail");
}

/** Every secret that stores and contacts may need, given whether it is needed or not: one that is not must be used nowhere. */
const SECRETS = Object.fromEntries(
  ["postgresPassword", "postgresMonitorPassword", "redisPassword", "rabbitmqPassword"].map((key) => [key, canary(key)]),
);
/** What the addresses of a contact are found by; that of a webhook is secret. */
export const RECIPIENT = { email: canary("mailbox"), webhook: canary("alertWebhook") } as const;
/** Password of the mail server, which only a backend without one of its own is given. */
const SMTP = canary("smtpPassword");
/** What must be seen nowhere in plain text. */
export const HIDDEN: readonly string[] = [...Object.values(SECRETS), RECIPIENT.webhook, SMTP];

const EXISTING: Readonly<Record<Store, object>> = {
  postgres: { managed: false, host: "db.internal", user: "app", database: "games" },
  redis: { managed: false, host: "cache.internal" },
  rabbitmq: { managed: false, host: "mq.internal", user: "app" },
};
const MANAGED: Readonly<Record<Store, object>> = {
  postgres: { managed: true, memory: 256 },
  redis: { managed: true, memory: 128 },
  rabbitmq: { managed: true, memory: 320 },
};

/** The program's arguments for a stack's file in that combination. Its services do not name a store that there is not. */
export function previewOf(stack: string, row: Combination): ProgramArgs {
  const { config, secrets } = CASES[row.backend] ?? {};
  const absent = STORES.filter((store) => row[store] === "none");
  return {
    stack,
    preview: true,
    config: {
      images: "official",
      backend: row.backend,
      ...config,
      ...Object.fromEntries(STORES.map((store) => [store, storeOf(store, row[store])])),
      services: servicesWithout(stack, absent),
      sampling: { mode: row.sampling },
      collector: { topology: row.topology, engine: row.engine, memory: row.engine === "alloy" ? 512 : 240 },
      storeMetrics: row.storeMetrics === "on",
      hostMetrics: row.hostMetrics === "on",
      containerMetrics: row.containerMetrics === "on",
      containerLogs: row.containerLogs === "on",
      alerts: {
        contact: row.contact,
        email: row.contact === "email" ? [`${RECIPIENT.email}@example.com`] : [],
        smtp: { server: "smtp.example:587", from: "alerts@example.com", user: "alerts" },
        calibration: row.calibration === "on",
      },
    } as ProgramArgs["config"] & object,
    secrets: { ...secrets, ...SECRETS, alertWebhook: `https://hooks.example/${RECIPIENT.webhook}`, smtpPassword: SMTP },
  };
}

const storeOf = (store: Store, state: (typeof STORE_STATES)[number]): object | string =>
  ({ managed: MANAGED[store], existing: EXISTING[store], none: "none" })[state];

function servicesWithout(stack: string, absent: readonly Store[]): PropertyValue {
  const file = readYaml(join(import.meta.dirname, "../..", `Pulumi.${stack}.yaml`));
  const services = isMap(file) && isMap(file.config ?? null) ? Object(file.config)["game-scheduler-otel:services"] : [];
  if (!isList(services)) throw new Error(`Pulumi.${stack}.yaml has no services.`);
  const names = (value: PropertyValue) => absent.some((store) => String(value).includes(`{${store}.`));
  return services.map((service) => {
    if (!isMap(service) || !isMap(service.env ?? null)) return service;
    const kept = Object.entries(Object(service.env) as Record<string, PropertyValue>).filter(([, v]) => !names(v));
    return { ...service, env: Object.fromEntries(kept) };
  });
}
