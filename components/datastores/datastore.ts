import type * as pulumi from "@pulumi/pulumi";
import type { Source } from "../../pipeline/input.ts";

/** What the rest of the program knows of a PostgreSQL, Redis or RabbitMQ, made here or existing. */
export interface Datastore {
  /** `user:password@host:port` and, for PostgreSQL, `/database`: what follows `scheme://` in an application's URL. */
  readonly login: pulumi.Output<string>;
  /** What the collector scrapes; plain data, secrets by name. */
  readonly source: Source;
  /** Secrets that `source` names; the collector gets them as files. */
  readonly secrets: Readonly<Record<string, pulumi.Output<string>>>;
  /** What an application container waits for. */
  readonly ready: readonly pulumi.Resource[];
}

/** Name of the least-privilege user or role that the collector reads with. */
export const MONITOR = "otel_monitor";
