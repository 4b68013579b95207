import * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import type { Config } from "../../config/load.ts";

/** What every resource of one deployment shares: its names, its ports, its care for data. */
export interface Scope {
  readonly project: string;
  readonly stack: string;
  readonly environment: string;
  /** Added to every published port. */
  readonly portOffset: number;
  /** Whether volumes that hold data refuse deletion. */
  readonly protect: boolean;
  /** Whether the engine runs on this machine, so that its published ports can be probed from here. */
  readonly engineIsLocal: boolean;
}

/** Name of a container, network or volume: stable, so that nothing is replaced for a new random suffix. */
export const physicalName = (scope: Scope, name: string): string => `${scope.project}-${scope.stack}-${name}`;

/** Port on 127.0.0.1 that `port` is published at. */
export const publishedPort = (scope: Scope, port: number): number => port + scope.portOffset;

/** Address a person, `verify` or a health probe on the engine's machine uses. */
export const publishedUrl = (scope: Scope, port: number): string => `http://127.0.0.1:${publishedPort(scope, port)}`;

export const scopeOf = ({ project, stack, environment, portOffset, protect, engineIsLocal }: Config): Scope => ({
  project,
  stack,
  environment,
  portOffset,
  protect,
  engineIsLocal,
});

/** Options that put a component's containers on the engine the stack names. */
export const onEngine = ({ dockerHost }: Config): pulumi.ComponentResourceOptions => ({
  providers: [new docker.Provider("docker", dockerHost ? { host: dockerHost } : {})],
});
