/** Data that comes back to where it was sent from. */
import { ownPort } from "../address.ts";
import { listenersOf } from "../listeners.ts";
import { type Config, textOf, textsOf } from "../model.ts";
import { placesAt, type Types } from "../places.ts";
import type { Rule } from "../rule.ts";

/** Whether a pattern of the file log receiver (`*`, `**`, `?`, `{a,b}`) takes a file. */
function takes(pattern: string, file: string): boolean {
  const source = pattern
    .replace(/[.+^$()|[\]\\]/g, "\\$&")
    .replace(/\*\*\/?|\*|\?|\{([^{}]*)\}/g, (found, choices: string | undefined) =>
      choices !== undefined
        ? `(?:${choices.split(",").join("|")})`
        : found === "*"
          ? "[^/]*"
          : found === "?"
            ? "[^/]"
            : "(?:[^/]*/)*[^/]*",
    )
    .replace(/[{}]/g, "\\$&");
  try {
    return new RegExp(`^${source}$`).test(file);
  } catch {
    return false;
  }
}

/** Whether data of one pipeline reaches an exporter, straight or through connectors. */
function reaches(config: Config, receiver: string, exporter: string): boolean {
  const seen = new Set<string>();
  const open = config.using("receivers", receiver).map(({ id }) => id);
  while (open.length > 0) {
    const id = open.pop() ?? "";
    if (seen.has(id)) continue;
    seen.add(id);
    const { exporters = [] } = config.pipelines.find((each) => each.id === id) ?? {};
    if (exporters.includes(exporter)) return true;
    for (const next of exporters)
      if (config.find("connector", next) !== undefined) open.push(...config.using("receivers", next).map((p) => p.id));
  }
  return false;
}

/** Where receivers say what they scrape. */
const SCRAPED: readonly (readonly [of: Types, at: string])[] = [
  [["receiver", "prometheus"], "config.scrape_configs.*.static_configs.*.targets.*"],
  [["receiver", "prometheussimple"], "endpoint"],
];

export const loopRules: readonly Rule[] = [
  {
    id: "reads-own-file",
    severity: "error",
    explain:
      "A receiver that reads the file which an exporter of the same pipeline writes reads each record again, for ever.",
    bad: "receivers:\n  filelog: {include: [/data/*.json]}\nexporters:\n  file: {path: /data/out.json}\nservice:\n  pipelines:\n    logs: {receivers: [filelog], exporters: [file]}\n",
    good: "receivers:\n  filelog: {include: [/var/log/*.json]}\nexporters:\n  file: {path: /data/out.json}\nservice:\n  pipelines:\n    logs: {receivers: [filelog], exporters: [file]}\n",
    *find(config) {
      for (const reader of config.of("receiver", "filelog", "otlpjsonfile"))
        for (const writer of config.of("exporter", "file")) {
          const file = textOf(writer.settings.path);
          if (file === "" || file.includes("${") || !reaches(config, reader.id, writer.id)) continue;
          const excluded = textsOf(reader.settings.exclude).some((pattern) => takes(pattern, file));
          for (const [i, pattern] of textsOf(reader.settings.include).entries())
            if (takes(pattern, file) && !excluded)
              yield {
                path: [...reader.path, "include", i],
                message: `${pattern} takes ${file}, which ${writer.id} writes`,
                fix: "write elsewhere, or exclude the file",
              };
        }
    },
  },
  {
    id: "scrapes-own-exporter",
    severity: "error",
    explain:
      "A scrape of the page that an exporter of the same pipeline serves takes each series again, under one more set of labels, for ever.",
    bad: "receivers:\n  prometheus: {config: {scrape_configs: [{job_name: own, static_configs: [{targets: ['localhost:8889']}]}]}}\nexporters:\n  prometheus: {endpoint: '0.0.0.0:8889'}\nservice:\n  pipelines:\n    metrics: {receivers: [prometheus], exporters: [prometheus]}\n",
    good: "receivers:\n  prometheus: {config: {scrape_configs: [{job_name: own, static_configs: [{targets: ['localhost:8888']}]}]}}\nexporters:\n  prometheus: {endpoint: '0.0.0.0:8889'}\nservice:\n  pipelines:\n    metrics: {receivers: [prometheus], exporters: [prometheus]}\n",
    *find(config) {
      const pages = listenersOf(config).filter(
        ({ component: { role, type }, host }) =>
          role === "exporter" && type === "prometheus" && /^(|0\.0\.0\.0|\[::\]|localhost|127\.0\.0\.1)$/.test(host),
      );
      for (const [types, at] of SCRAPED)
        for (const { component, path, value } of placesAt(config, types, at)) {
          const port = ownPort(textOf(value));
          const page = pages.find((one) => one.port === port && reaches(config, component.id, one.component.id));
          if (page !== undefined)
            yield {
              path,
              message: `${textOf(value)} is what ${page.component.id} serves of the same data`,
              fix: "remove the target; the collector's own metrics are on port 8888",
            };
        }
    },
  },
  {
    id: "file-written-twice",
    severity: "error",
    explain: "Two exporters that write one file write into each other's lines.",
    bad: "exporters:\n  file/a: {path: /data/out.json}\n  file/b: {path: /data/out.json}\n",
    good: "exporters:\n  file/a: {path: /data/a.json}\n  file/b: {path: /data/b.json}\n",
    *find(config) {
      const taken = new Map<string, string>();
      for (const { id, settings, path } of config.of("exporter", "file")) {
        const file = textOf(settings.path);
        // what is printed may be printed by several
        if (file === "" || file.includes("${") || file.startsWith("/dev/")) continue;
        const other = taken.get(file);
        if (other === undefined) taken.set(file, id);
        else
          yield {
            path: [...path, "path"],
            message: `${id} and ${other} write ${file}`,
            fix: "give each a file of its own",
          };
      }
    },
  },
];
