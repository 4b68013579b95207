import type { Board, ChartPanel, Panel } from "../../dashboards/model/board.ts";
import type { Signal, Unit } from "../../dashboards/model/signal.ts";
import { GRAFANA_UNITS } from "../../dashboards/render/grafana/units.ts";
import { unifiedDiff } from "../../offline/comment/unified-diff.ts";
import { numbered } from "../../offline/report.ts";
import type { BoardPatch } from "../report.ts";
import { type DashboardPanel, readDashboard } from "./dashboard.ts";
import { type Edit, editsOf } from "./edits.ts";
import { boardOf, type Model, panelOf, signalOf } from "./model.ts";
import { type Call, callsOn, lineAt, type Replacement, replaced } from "./source.ts";
import { boundsOf, boundsText } from "./thresholds.ts";

/** What an edit becomes: a sentence, and where it can be written, the replacements that do it. */
interface Mapped {
  readonly sentence: string;
  readonly changes?: readonly FileChange[];
}

interface FileChange {
  readonly file: string;
  readonly replacement: Replacement;
  /** A name that the file must import, and from which module of `dashboards/model/`. */
  readonly imports?: readonly [name: string, module: string];
}

/**
 * The edits of a board as changes of the files that it is made of. What the model has no word for is said and not patched.
 * @param deployed the dashboard as this program rendered it, JSON
 * @param actual as it was exported or refreshed, JSON
 * @throws Failure, one sentence, where one of them is no dashboard
 */
export function boardPatch(deployed: string, actual: string, model: Model): BoardPatch {
  const before = readDashboard(deployed);
  const board = boardOf(model, before.title);
  const mapped = editsOf(before, readDashboard(actual)).map((edit) => new Mapping(model, board).of(edit));
  const changes = mapped.flatMap((each) => each.changes ?? []);
  return { edits: mapped.map(({ sentence }) => sentence), diff: diffOf(changes, model) };
}

/** Edits of one board, each mapped to where the model says it. */
class Mapping {
  readonly #model: Model;
  readonly #board: Board | undefined;

  constructor(model: Model, board: Board | undefined) {
    this.#model = model;
    this.#board = board;
  }

  of(edit: Edit): Mapped {
    switch (edit.kind) {
      case "board":
        return this.#boardText(edit);
      case "row":
        return this.#row(edit);
      case "panel":
        return this.#panel(edit);
      case "removed":
        return this.#removed(edit.panel);
      case "added":
        return this.#added(edit.now);
      case "moved":
        return {
          sentence: `${numbered(edit.count, "panel")} moved or resized, which the model does by itself: order and rows are those of ${this.#file ?? "its file"}`,
        };
      default:
        return edit satisfies never;
    }
  }

  /** The file that says this board; undefined where it is not known. */
  get #file(): string | undefined {
    const { sources } = this.#model;
    const id = this.#board?.id ?? "";
    const own = Object.keys(sources).find((file) =>
      callsOn(sources[file] ?? "", id).some(({ name }) => name === "board"),
    );
    return own ?? (id.startsWith("service-") ? SERVICE_BOARDS : undefined);
  }

  get #source(): string {
    return this.#model.sources[this.#file ?? ""] ?? "";
  }

  #boardText({ property, from, to }: Extract<Edit, { kind: "board" }>): Mapped {
    const [call] = callsOn(this.#source, this.#board?.id ?? "");
    const at = call?.args[property === "title" ? 1 : 2];
    const sentence = `board "${from}": ${property} is now "${to}"`;
    return at === undefined || !this.#isText(at)
      ? { sentence: `${sentence}; it is made from the name of its service, so change ${this.#place()} by hand` }
      : { sentence, changes: [this.#replace(at, JSON.stringify(to))] };
  }

  #row({ from, to }: Extract<Edit, { kind: "row" }>): Mapped {
    const literal = JSON.stringify(from);
    const found = [...this.#source.matchAll(new RegExp(`\\[\\s*(${escaped(literal)}),`, "g"))];
    const sentence = `row "${from}" is now "${to}"`;
    const [only] = found;
    if (only === undefined || found.length > 1) return this.#byHand(sentence, found.length);
    const start = only.index + only[0].indexOf(literal);
    return { sentence, changes: [this.#replace({ start, end: start + literal.length }, JSON.stringify(to))] };
  }

  #panel({ panel, now, property }: Extract<Edit, { kind: "panel" }>): Mapped {
    const model = panelOf(this.#board, panel);
    switch (property) {
      case "title":
        return this.#argument(panel, `title is now "${now.title}"`, 0, JSON.stringify(now.title));
      case "description":
        return this.#argument(panel, `description is now "${now.description}"`, 1, JSON.stringify(now.description));
      case "empty":
        return this.#argument(panel, `text without a value is now "${now.empty}"`, 4, JSON.stringify(now.empty));
      case "thresholds":
        return this.#thresholds(panel, now);
      case "unit":
        return this.#unit(panel, now, model);
      case "queries":
        return this.#queries(panel, now);
      case "type":
        return this.#type(panel, now);
      case "legends":
        return {
          sentence: `${named(panel)}: legends are now ${list(now.legends)}; the model names lines by their signal and its groups, so rename the signal`,
        };
      case "others":
        return {
          sentence: `${named(panel)}: ${othersText(panel, now)}; the model has no word for it: dashboards/render/grafana/panels.ts`,
        };
      default:
        return property satisfies never;
    }
  }

  #thresholds(panel: DashboardPanel, now: DashboardPanel): Mapped {
    const bounds = boundsOf(now.steps);
    const shown = now.steps.map(({ value, color }) => (value === null ? color : `${color} from ${value}`)).join(", ");
    const sentence = `thresholds are now ${shown}`;
    if (bounds === undefined)
      return {
        sentence: `${named(panel)}: ${sentence}; the model has two bounds, green to orange to red, on one side`,
      };
    const { text, name } = boundsText(bounds, this.#source);
    return this.#argument(panel, sentence, 3, text, name === undefined ? undefined : [name, "thresholds"]);
  }

  #unit(panel: DashboardPanel, now: DashboardPanel, model: Panel | undefined): Mapped {
    const sentence = `${named(panel)}: unit is now "${now.unit}"`;
    const unit = (Object.keys(GRAFANA_UNITS) as Unit[]).find((each) => GRAFANA_UNITS[each] === now.unit);
    if (unit === undefined)
      return {
        sentence: `${sentence}; the model has no such unit: dashboards/model/signal.ts and render/grafana/units.ts`,
      };
    const signals = isChart(model) ? model.signals : [];
    const changes = signals.flatMap((signal) => this.#unitOf(signal, unit) ?? []);
    const which = list(signals.map(({ id }) => id));
    return changes.length === signals.length && signals.length > 0
      ? { sentence: `${sentence}: that of signal ${which}, wherever it is shown`, changes }
      : { sentence: `${sentence}: give signal ${which} the unit "${unit}" in dashboards/signals by hand` };
  }

  /** The third argument of a signal; those of a service have its name in front of their id. */
  #unitOf({ id }: Signal, unit: Unit): FileChange | undefined {
    const { sources, content } = this.#model;
    const services = content.boards.flatMap((board) => /^service-(.+)$/.exec(board.id)?.[1] ?? []);
    const ids = [id, ...services.flatMap((name) => (id.startsWith(`${name}-`) ? [id.slice(name.length + 1)] : []))];
    const found = Object.entries(sources).flatMap(([file, text]) =>
      ids.flatMap((each) =>
        callsOn(text, each).flatMap(({ args }) => {
          const at = args[2];
          const isUnit = at !== undefined && text.slice(at.start, at.end) in UNIT_TEXTS;
          return isUnit ? [{ file, replacement: { ...at, text: JSON.stringify(unit) } }] : [];
        }),
      ),
    );
    return found.length === 1 ? found[0] : undefined;
  }

  #queries(panel: DashboardPanel, now: DashboardPanel): Mapped {
    const parts = now.queries.flatMap((query, index) => {
      if (query === panel.queries[index]) return [];
      const signal = signalOf(this.#model, query);
      return signal === undefined
        ? [`query ${letter(index)} is now ${query}, which is no signal's: write one in dashboards/signals for it`]
        : [`query ${letter(index)} is now that of signal ${signal.id} ("${signal.name}"): give the panel this signal`];
    });
    const fewer = panel.queries.length - now.queries.length;
    const all = fewer > 0 ? [...parts, `${fewer} of its queries were removed: leave their signals out`] : parts;
    return { sentence: `${named(panel)} (${this.#place(panel)}): ${all.join("; ")}` };
  }

  #type(panel: DashboardPanel, now: DashboardPanel): Mapped {
    const kind = KINDS[now.type] === "lines" && now.stacked ? "stacked" : KINDS[now.type];
    const sentence = `is now shown as ${now.type}${now.stacked ? ", stacked" : ""}`;
    const call = this.#call(panel);
    if (kind === undefined)
      return { sentence: `${named(panel)}: ${sentence}; the model has ${Object.values(KINDS).join(", ")} and stacked` };
    if (typeof call === "number") return this.#byHand(`${named(panel)}: ${sentence}`, call);
    const span = { start: call.start, end: call.start + call.name.length };
    const file = this.#file ?? "";
    return {
      sentence: `${named(panel)}: ${sentence}`,
      changes: [{ file, replacement: { ...span, text: kind }, imports: [kind, "board"] }],
    };
  }

  #removed(panel: DashboardPanel): Mapped {
    const call = this.#call(panel);
    if (typeof call === "number") return this.#byHand(`${named(panel)} was removed`, call);
    const behind = /^,?[ \t]*\n?/.exec(this.#source.slice(call.end))?.[0].length ?? 0;
    const before = /[ \t]*$/.exec(this.#source.slice(0, call.start))?.[0].length ?? 0;
    return {
      sentence: `${named(panel)} was removed`,
      changes: [this.#replace({ start: call.start - before, end: call.end + behind }, "")],
    };
  }

  #added(now: DashboardPanel): Mapped {
    const kind = KINDS[now.type];
    const signals = now.queries.map((query) => signalOf(this.#model, query));
    const place = `added to row "${now.row}" of ${this.#file ?? "its board"}`;
    if (kind === undefined || signals.length === 0 || signals.some((signal) => signal === undefined)) {
      return {
        sentence: `panel "${now.title}" was ${place}: its queries are no signals of ours, so write them in dashboards/signals first: ${list(now.queries)}`,
      };
    }
    const call = `${kind}(${JSON.stringify(now.title)}, ${JSON.stringify(now.description)}, …)`;
    return {
      sentence: `panel "${now.title}" was ${place}: write ${call} with signal ${list(signals.map((each) => each?.id ?? ""))}`,
    };
  }

  /** Sets an argument of the panel's call, with what must stand before it. */
  #argument(panel: DashboardPanel, what: string, index: number, text: string, imports?: FileChange["imports"]): Mapped {
    const sentence = `${named(panel)}: ${what}`;
    const call = this.#call(panel);
    if (typeof call === "number") return this.#byHand(sentence, call);
    const [at, last] = [call.args[index], call.args.at(-1)];
    if (at !== undefined && index < 2 && !this.#isText(at)) return this.#byHand(sentence, 1);
    const missing = Array.from({ length: index - call.args.length }, () => "undefined, ").join("");
    const behind = { start: last?.end ?? call.end, end: last?.end ?? call.end };
    const change = at === undefined ? this.#replace(behind, `, ${missing}${text}`) : this.#replace(at, text);
    const everywhere = this.#file === SERVICE_BOARDS ? ", on the board of every service of that role" : "";
    return {
      sentence: `${sentence} (${this.#place(panel)}${everywhere})`,
      changes: [{ ...change, ...(imports && { imports }) }],
    };
  }

  /** The panel's call in the source; how many there are, where it is not exactly one. */
  #call(panel: DashboardPanel): Call | number {
    const calls = callsOn(this.#source, panel.title);
    const noted = calls.filter(
      ({ args }) => this.#source.slice(args[1]?.start, args[1]?.end) === JSON.stringify(panel.description),
    );
    const found = noted.length > 0 ? noted : calls;
    return found.length === 1 && found[0] !== undefined ? found[0] : found.length;
  }

  #byHand(sentence: string, found: number): Mapped {
    const why = found === 0 ? "its text is not written there as it is shown" : "it is written there more than once";
    return { sentence: `${sentence}; change ${this.#place()} by hand: ${why}` };
  }

  #place(panel?: DashboardPanel): string {
    const call = panel && this.#call(panel);
    const line = call !== undefined && typeof call !== "number" ? `:${lineAt(this.#source, call.start)}` : "";
    return `${this.#file ?? "its source"}${line}`;
  }

  #isText = ({ start, end }: { readonly start: number; readonly end: number }): boolean =>
    /^"([^"\\]|\\.)*"$/s.test(this.#source.slice(start, end));

  #replace(span: { readonly start: number; readonly end: number }, text: string): FileChange {
    return { file: this.#file ?? "", replacement: { ...span, text } };
  }
}

const SERVICE_BOARDS = "dashboards/boards/service.ts";
const KINDS: Readonly<Record<string, ChartPanel["kind"]>> = {
  timeseries: "lines",
  stat: "stat",
  bargauge: "bars",
  table: "table",
};
const UNIT_TEXTS = Object.fromEntries(Object.keys(GRAFANA_UNITS).map((unit) => [JSON.stringify(unit), unit]));

const isChart = (panel: Panel | undefined): panel is ChartPanel => panel !== undefined && "signals" in panel;
const named = ({ title, row }: DashboardPanel): string => `panel "${title}" in row "${row}"`;
const list = (texts: readonly string[]): string => texts.map((text) => text || "(none)").join(", ");
const letter = (index: number): string => String.fromCharCode(65 + index);
const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

function othersText(panel: DashboardPanel, now: DashboardPanel): string {
  const names = Object.keys(panel.others).filter((name) => panel.others[name] !== now.others[name]);
  return names.map((name) => `${name} is now ${now.others[name] || "not set"}`).join(", ");
}

/** The files as they are and as they should be. */
function diffOf(changes: readonly FileChange[], { sources }: Model): string {
  const files = Map.groupBy(changes, ({ file }) => file);
  return [...files]
    .flatMap(([file, group]) => {
      const before = sources[file] ?? "";
      const after = withImports(
        replaced(before, unique(group)),
        group.flatMap(({ imports }) => (imports ? [imports] : [])),
      );
      const { lines } = unifiedDiff(before.replace(/\n$/, ""), after.replace(/\n$/, ""));
      return lines.length === 0 ? [] : [`--- a/${file}`, `+++ b/${file}`, ...lines];
    })
    .join("\n");
}

const unique = (changes: readonly FileChange[]): readonly Replacement[] => [
  ...new Map(changes.map(({ replacement }) => [`${replacement.start} ${replacement.text}`, replacement])).values(),
];

/** Adds names to the imports of a module, or of a pack's one module, in the order that the formatter wants. */
function withImports(source: string, wanted: readonly (readonly [name: string, module: string])[]): string {
  return wanted.reduce((text, [name, module]) => {
    const found = new RegExp(`import \\{([^}]*)\\} from "([^"]*(?:model/${module}|dashboards/index)\\.ts)";`).exec(
      text,
    );
    const [whole, names = "", from = ""] = found ?? [];
    if (whole === undefined) return text;
    const known = names
      .split(",")
      .map((each) => each.trim())
      .filter(Boolean);
    if (known.includes(name)) return text;
    const all = [...known, name].sort((x, y) => plainName(x).localeCompare(plainName(y), "en"));
    const line = `import { ${all.join(", ")} } from "${from}";`;
    const block = `import {\n${all.map((each) => `  ${each},`).join("\n")}\n} from "${from}";`;
    return text.replace(whole, line.length > 120 ? block : line);
  }, source);
}

const plainName = (name: string): string => name.replace(/^type /, "");
