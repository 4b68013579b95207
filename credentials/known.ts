import type { PlainConfig, SecretKey } from "../config/schema.ts";
import { variableOf } from "../offline/secret-settings.ts";
import type { Plan } from "./probe.ts";

/** What a plan is made from. */
export interface Known {
  readonly settings: Pick<
    PlainConfig,
    "namespace" | "grafanaCloud" | "newRelic" | "honeycomb" | "datadog" | "elastic" | "otlp"
  >;
  /** A secret of the configuration, or undefined where it is not known here. */
  readonly secret: (key: SecretKey) => string | undefined;
  /** A key that a deployment made, by the name of the collector's file (`new-relic-license-key`), where it is known. */
  readonly minted: (name: string) => string | undefined;
}

/** Why a backend was skipped: a secret is not known here. */
export const notSet = (backend: string, key: string): string =>
  `${backend}: skipped, since ${key} is not known here. Set it in the environment (${variableOf(key)}), or with: pulumi config set --secret ${key}`;

/** Why a backend was skipped: a setting has no value. @param value what it is, for the command that sets it */
export const notConfigured = (backend: string, setting: string, value: string): string =>
  `${backend}: skipped, since ${setting} is not set. Set it with: pulumi config set --path ${setting} <${value}>`;

/** A plan without a try, for a reason. */
export const nothingTried = (reason: string): Plan => ({ probes: [], skipped: [reason] });

/** Why sending was not tried. */
export const notMinted = (backend: string): string =>
  `${backend}: sending is not tried, since the key for it is made by the deployment. Prove it afterwards with: npm run verify`;
