import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { applicationName } from "../../../dashboards/application-name.ts";
import { consoleRules } from "../../../dashboards/render/console/rules.ts";
import { runbookLinks } from "../../../dashboards/render/console/runbooks.ts";
import { type ConsoleStack, renderConsoleStack } from "../../../dashboards/render/console/stack.ts";
import { type RulesConfig, runbookPath } from "../../../dashboards/render/context.ts";
import { packed } from "../../../formats/packed.ts";
import { publishedUrl, type Scope } from "../../docker/scope.ts";
import type { Topology } from "../../topology.ts";
import { type OnThisMachine, part } from "../part.ts";
import {
  jaegerReads,
  prometheusReads,
  publishedStores,
  type ReadOnlyStore,
  readOnlyConf,
  victoriaLogsReads,
} from "../read-only.ts";

const PORT = 8080;
/** On 127.0.0.1. */
const PUBLISHED = 3001;
/** What it shows, packed; the container serves it unpacked as `/stack.json`. */
export const STACK_FILE = "/etc/nginx/console/stack.json.gz.base64";

/** Address of the page on the engine's machine. */
export const consoleUrl = (scope: Scope): string => publishedUrl(scope, PUBLISHED);

/** Where the console says whether a part works that nobody else asks. */
export const readyUrl = (scope: Scope, part: "alertmanager" | "vmalert"): string =>
  `${consoleUrl(scope)}/ready/${part}`;

/** What else it passes, each at its own port: pages and questions of stores. */
const STORES: readonly ReadOnlyStore[] = [jaegerReads, prometheusReads(), victoriaLogsReads];

export interface ConsoleArgs {
  readonly rules: RulesConfig;
  readonly topology: Topology;
  /** Whether there is an Alertmanager. */
  readonly notifies: boolean;
  /** Other pages over the same stores. */
  readonly links: ConsoleStack["links"];
}

/**
 * The live page over the stores of this backend: static files, and a proxy that passes reads to `prometheus`, `jaeger`, `victorialogs` and
 * `alertmanager`. The stores are published by it alone, for reading. Returns its address.
 */
export function consolePage(at: OnThisMachine, args: ConsoleArgs, parent: pulumi.Resource): string {
  part(
    at,
    {
      image: "console",
      place: "proxy",
      user: "101:101",
      files: [
        { path: STACK_FILE, content: packed(renderConsoleStack(consoleStack(at.scope, args))) },
        { path: "/etc/nginx/console/stores/read-only.conf", content: readOnlyConf(STORES) },
      ],
      ports: [{ container: PORT, host: PUBLISHED }, ...publishedStores(STORES)],
      memory: 16,
      ready: { url: `${consoleUrl(at.scope)}/stack.json` },
      // The models of all boards: their text would drown everything else in a preview.
      hideDiffs: ["uploads"],
    },
    parent,
  );
  return consoleUrl(at.scope);
}

function consoleStack(scope: Scope, { rules: config, topology, notifies, links }: ConsoleArgs): ConsoleStack {
  const { namespace, boards } = config.content;
  const rules = consoleRules(config, { alertmanager: notifies });
  return {
    stack: scope.stack,
    name: applicationName(namespace),
    environment: config.environment,
    boards,
    metricsInterval: config.content.metricsInterval,
    rules,
    links,
    system: topology,
    notifies,
    runbooks: Object.fromEntries(
      [...new Set(rules.map(({ runbook }) => runbook))]
        .sort()
        .flatMap((page) => runbookTexts(page).map((text) => [page, runbookLinks(text, rules, config)])),
    ),
  };
}

/** The page of a runbook; none where a content pack's is elsewhere. */
function runbookTexts(runbook: string): readonly string[] {
  const file = path.join(pulumi.getRootDirectory(), runbookPath({ runbook }));
  return existsSync(file) ? [readFileSync(file, "utf8")] : [];
}
