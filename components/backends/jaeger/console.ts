import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { applicationName } from "../../../dashboards/application-name.ts";
import { consoleRules } from "../../../dashboards/render/console/rules.ts";
import { type ConsoleStack, renderConsoleStack } from "../../../dashboards/render/console/stack.ts";
import { type RulesConfig, runbookPath } from "../../../dashboards/render/context.ts";
import { type ContainerSpec, container } from "../../docker/container.ts";
import { publishedUrl, type Scope } from "../../docker/scope.ts";
import type { Topology } from "../../topology.ts";

const PORT = 8080;
/** On 127.0.0.1. */
const PUBLISHED = 3001;

/** Address of the page on the engine's machine. */
export const consoleUrl = (scope: Scope): string => publishedUrl(scope, PUBLISHED);

export interface ConsoleArgs {
  readonly scope: Scope;
  readonly network: pulumi.Input<string>;
  readonly image: string;
  /** Of the backend it belongs to. */
  readonly usage: NonNullable<ContainerSpec["usage"]>;
  readonly rules: RulesConfig;
  readonly topology: Topology;
  /** Whether there is an Alertmanager. */
  readonly notifies: boolean;
  /** Other pages over the same stores. */
  readonly links: ConsoleStack["links"];
}

/**
 * The live page over the stores of this backend: static files, and a proxy that passes reads to `prometheus`, `jaeger`, `victorialogs` and
 * `alertmanager`. Returns its address.
 */
export function consolePage(args: ConsoleArgs, parent: pulumi.Resource): string {
  const { scope } = args;
  const url = consoleUrl(scope);
  container(
    scope,
    {
      name: "console",
      usage: args.usage,
      image: args.image,
      user: "101:101",
      networks: [args.network],
      files: [{ path: "/usr/share/console/stack.json", content: renderConsoleStack(consoleStack(args)) }],
      ports: [{ container: PORT, host: PUBLISHED }],
      memory: 16,
    },
    parent,
    // The models of all boards: their text would drown everything else in a preview.
    { ready: { url: `${url}/stack.json` }, hideDiffs: ["uploads"] },
  );
  return url;
}

function consoleStack({ scope, rules: config, topology, notifies, links }: ConsoleArgs): ConsoleStack {
  const { namespace, boards } = config.content;
  const rules = consoleRules(config, { alertmanager: notifies });
  return {
    ...{ stack: scope.stack, name: applicationName(namespace), environment: config.environment, boards, rules, links },
    ...{ system: topology, notifies },
    runbooks: Object.fromEntries([...new Set(rules.map(({ runbook }) => runbook))].sort().flatMap(runbookText)),
  };
}

/** The page of a runbook; none where a content pack's is elsewhere. */
function runbookText(runbook: string): readonly (readonly [string, string])[] {
  const file = path.join(pulumi.getRootDirectory(), runbookPath({ runbook }));
  return existsSync(file) ? [[runbook, readFileSync(file, "utf8")]] : [];
}
