import { type Capabilities, capabilities } from "../../vendors/capabilities.ts";
import { BACKENDS, type BackendKind } from "../../vendors/kinds.ts";

/** Lines that enclose the generated part of `docs/backends.md`. */
export const BEGIN =
  "<!-- generated from vendors/capabilities.ts: UPDATE_GOLDEN=1 npx vitest run test/unit/backends -->";
export const END = "<!-- end of the generated part -->";

const COLUMNS: readonly (readonly [string, (of: Capabilities) => string])[] = [
  ["signals", ({ signals }) => signals.join(", ")],
  ["protocols", ({ protocols }) => protocols.join(", ")],
  ["temporality", ({ temporality }) => temporality],
  ["compression", ({ compression }) => compression.join(", ")],
  [
    "one request",
    ({ maxRequestBytes }) => (maxRequestBytes === undefined ? "not documented" : megabytes(maxRequestBytes)),
  ],
  [
    "one value",
    ({ maxAttributeLength }) => (maxAttributeLength === undefined ? "not documented" : `${maxAttributeLength} bytes`),
  ],
  ["signs in with", ({ auth }) => auth],
  ["free", ({ freeTier }) => freeTier],
  ["above the quota", ({ overQuota = "not documented" }) => overQuota],
  ["dashboards", ({ dashboards }) => dashboards],
  [
    "alerts",
    ({ alerts, maxAlerts }) => (maxAlerts === undefined ? alerts : `${alerts}, ${maxAlerts} on the free plan`),
  ],
  ["notifies", ({ contacts }) => contacts.join(", ") || "nobody"],
  ["dead-man's switch to an address of its own", ({ heartbeat }) => (heartbeat ? "yes" : "no")],
  ["SLOs", ({ slos }) => slos],
  ["read in", ({ source, asOf }) => `${source} (${asOf})`],
];

/** What every backend takes and offers, as Markdown: one short table each, since all of them side by side fit on no screen. */
export function capabilityPage(table: Readonly<Record<BackendKind, Capabilities>> = capabilities): string {
  const sections = BACKENDS.map((kind) => {
    const rows = COLUMNS.map(([title, cell]) => `| ${title} | ${cell(table[kind])} |`);
    return [`### ${kind}`, "", `| ${table[kind].title} | |`, "|---|---|", ...rows].join("\n");
  });
  return [BEGIN, "", sections.join("\n\n"), "", END].join("\n");
}

/** The page with its generated part renewed. @throws Error where the page has lost the lines that enclose it. */
export function renewed(page: string): string {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin < 0 || end < begin)
    throw new Error(`docs/backends.md has no generated part: put in "${BEGIN}" and "${END}".`);
  return page.slice(0, begin) + capabilityPage() + page.slice(end + END.length);
}

const megabytes = (bytes: number): string => `${Number((bytes / 1_000_000).toPrecision(3))} MB`;
