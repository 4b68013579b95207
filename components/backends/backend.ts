import type * as pulumi from "@pulumi/pulumi";
import type { Config } from "../../config/load.ts";
import type { BackendProfile } from "../../pipeline/backend-profile.ts";
import type { BackendQuery } from "../../verify/query.ts";
import type { Scope } from "../docker/scope.ts";
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
  /**
   * Makes boards, alerts, objectives and the deployment's marker there. Absent where there is nothing to make.
   * @param after what is deployed: the marker says that it is there
   */
  show?(content: Observability, after: readonly pulumi.Resource[]): void;
}

/** What a backend is made from. */
export interface BackendArgs {
  readonly scope: Scope;
  readonly network: pulumi.Input<string>;
  /** Reference of the image of that name, from where the stack takes its images. */
  readonly imageOf: (name: "jaeger" | "prometheus" | "loki" | "grafana" | "lgtm") => string;
  /** The stack's configuration, for the part that is this backend's. */
  readonly config: Config;
}
