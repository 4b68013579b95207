import type * as pulumi from "@pulumi/pulumi";
import type { SecretKey } from "../../config/schema.ts";
import type { BackendProfile } from "../../pipeline/backend-profile.ts";
import type { BackendQuery } from "../../vendors/query.ts";
import type { Deployment } from "../deployment.ts";
import type { After } from "../docker/health.ts";
import type { Scope } from "../docker/scope.ts";
import type { BackendNetworks } from "../network.ts";
import type { Observability } from "../observability.ts";

/** What every backend gives to the rest of the program. A component implements it; its resources are its own business. */
export interface Backend {
  /** What the pipeline must know: plain data, complete at preview. */
  readonly profile: BackendProfile;
  /** What `profile` names as secrets: tokens, and addresses known only after something was made. Secret Outputs. */
  readonly secrets: Readonly<Record<string, pulumi.Output<string>>>;
  /** Where a person looks, by what is to be seen there. */
  readonly links: Readonly<Record<string, pulumi.Input<string>>>;
  /** How `verify` asks it; absent where it cannot be asked. */
  readonly query?: pulumi.Input<BackendQuery>;
  /** The network on which the collector reaches it; absent: it is reached from everywhere. */
  readonly network?: pulumi.Input<string>;
  /** What pages in a browser send with, by backend: the address of an app, or a key. Absent where there is none. */
  readonly browser?: Readonly<Record<string, pulumi.Output<string>>>;
  /**
   * Writes the deployment down there, once everything of `after` is deployed and works. Absent where the log record that the collector delivers
   * is the only marker.
   */
  readonly mark?: (deployment: Deployment, after: After) => void;
}

/** Images that backends on this machine are made of. */
type BackendImage =
  | "jaeger"
  | "prometheus"
  | "alertmanager"
  | "victorialogs"
  | "vmalert"
  | "grafana"
  | "lgtm"
  | "console"
  | "nginx";

/** What every backend is made from, whatever its kind. */
export interface CommonArgs {
  readonly scope: Scope;
  /** Reference of the image of that name, from where the stack takes its images. */
  readonly imageOf: (name: BackendImage) => string;
  /** Boards, alert rules and objectives, and who is notified: known before anything is made. */
  readonly shown: Observability;
}

/**
 * What one backend is made from.
 * @typeParam Settings its own part of the stack's configuration
 * @typeParam Secret the secrets that it may read
 */
export interface BackendArgs<Settings, Secret extends SecretKey = never> extends CommonArgs {
  readonly settings: Settings;
  readonly secret: ReadSecret<Secret>;
}

/** What a backend that only receives telemetry is made from. */
export type ExportOnlyArgs<Settings, Secret extends SecretKey> = Pick<
  BackendArgs<Settings, Secret>,
  "settings" | "secret"
>;

/** What a backend on this machine is made from. */
export interface LocalArgs<Settings> extends BackendArgs<Settings> {
  readonly networks: BackendNetworks;
}

/** A secret as a secret Output; undefined where it is not set. */
export type ReadSecret<Secret extends SecretKey> = (key: Secret) => pulumi.Output<string> | undefined;
