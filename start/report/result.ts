import { seconds } from "../../cli/time.ts";
import { renderReport } from "../../verify/report.ts";
import type { VerifyReport } from "../../verify/report-types.ts";
import { type MemoryTable, renderMemory } from "./memory.ts";

/** What `npm start` achieved; also what `--json` prints. */
export interface StartResult {
  readonly stack: string;
  /** Wall time of the whole command. */
  readonly seconds: number;
  readonly deployer: string;
  readonly images: string;
  /** Pages a person opens, by what is to be seen there. */
  readonly links: Readonly<Record<string, string>>;
  /** Addresses of the published services, by name. */
  readonly published: Readonly<Record<string, string>>;
  readonly memory: MemoryTable;
  /** Absent with --no-verify. */
  readonly report?: VerifyReport;
  readonly log: string;
  /** Address of the engine, where it runs on another machine: the addresses above are that one's own. */
  readonly engine?: string;
}

/** What a person opens in a browser: every address that is printed. */
export const openable = ({ published, links }: Pick<StartResult, "published" | "links">): StartResult["links"] => ({
  ...published,
  ...links,
});

export function renderResult(result: StartResult, colours: boolean): string {
  const option = result.stack === "dev" ? "" : ` -- --stack ${result.stack}`;
  const links = Object.entries(openable(result));
  const width = Math.max(...links.map(([name]) => name.length));
  return [
    ...(result.report === undefined
      ? []
      : ["", renderReport(result.report, { colours }), ...firstTraces(result.report)]),
    "",
    ...renderMemory(result.memory),
    "",
    "Open",
    ...links.map(([name, url]) => `  ${name.padEnd(width)}  ${url}`),
    ...(result.engine === undefined
      ? []
      : [`on the machine of ${result.engine}; from here while this runs: npm run tunnel${option}`]),
    "",
    `Started in ${seconds(result.seconds * 1000)} (${result.deployer}; ${result.images} images; log in ${result.log}).`,
    `Stop it: npm stop${option} (volumes stay; with --volumes they go too)`,
  ].join("\n");
}

function firstTraces(report: VerifyReport): readonly string[] {
  return report.backends.map(({ backend, firstTraceSeconds }) => {
    const list = Object.entries(firstTraceSeconds).map(([service, time]) => `${service} ${time.toFixed(1)} s`);
    return `Time to first trace on ${backend}: ${list.length === 0 ? "none arrived" : list.join(", ")}`;
  });
}

/** Said when a person interrupts. */
export function howToGoOn(stack: string, position: string): string {
  const option = stack === "dev" ? "" : ` -- --stack ${stack}`;
  return `Interrupted at ${position}: what exists so far stays, "npm start${option}" continues from there and "npm stop${option}" removes it.`;
}
