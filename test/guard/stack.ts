import { createHash } from "node:crypto";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { freeOffset } from "../e2e/support/ports.ts";
import { projectDir } from "../e2e/support/run.ts";
import { forgetImages, imageOf } from "./images.ts";
import { GOOD_KEY, type Release } from "./releases.ts";

const fingerprint = createHash("sha256").update(`guard ${projectDir}`).digest("hex");

/** A stack of this checkout's own. */
export const stack = `guard-${fingerprint.slice(0, 4)}`;
export const localDir = join(projectDir, ".local", stack);
const file = join(projectDir, `Pulumi.${stack}.yaml`);
const project = "game-scheduler-otel";

/** A text that the service handles and that nothing hides by its form; part of an address. */
const CANARY = "kunigunde.canary";

export const WELL: Release = { mode: "well", service: {}, more: [], config: {}, key: GOOD_KEY };

const offset = Number(process.env.GUARD_PORT_OFFSET ?? (await freeOffset(fingerprint)));

/** Writes the stack's configuration. @param backend address of the second backend */
export function configure({ mode, service, more, config, key }: Release, backend: string): void {
  const image = imageOf(mode);
  const common = { image, instrumentation: "inject", health: ["python", "/app/health.py"], memory: 160 };
  const { guard, ...others } = config as { readonly guard?: object };
  const own = {
    environment: "guard",
    namespace: "orders",
    backend: "jaeger",
    portOffset: offset,
    drive: "none",
    extraBackends: ["otlp"],
    otlp: { endpoint: backend, authHeader: "x-api-key" },
    postgres: "none",
    redis: "none",
    rabbitmq: "none",
    hostMetrics: false,
    containerMetrics: false,
    containerLogs: false,
    protect: false,
    guard: {
      within: "90s",
      watch: "30s",
      requests: [`orders/orders?customer=${CANARY}@example.com`],
      canaries: [CANARY],
      ...guard,
    },
    services: [
      { name: "orders", role: "http", publish: { port: 8000, as: 8000 }, ...common, ...service },
      ...more.map((other) => ({ ...common, ...other })),
    ],
    ...others,
  };
  const keys = Object.entries(own).map(([name, value]) => [`${project}:${name}`, value]);
  writeFileSync(file, stringify({ config: Object.fromEntries(keys) }));
  mkdirSync(localDir, { recursive: true, mode: 0o700 });
  writeFileSync(join(localDir, "secrets.yaml"), `otlpAuth: ${key}\n`, { mode: 0o600 });
}

/** Once nothing of it runs. */
export function forgetStack(): void {
  rmSync(file, { force: true });
  rmSync(localDir, { recursive: true, force: true });
  forgetImages();
}
