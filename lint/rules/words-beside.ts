/** Numbers, conditions and encodings that say another thing than the words beside them; and a collector that traces itself. */
import { ownPort } from "../address.ts";
import { wordsAbove } from "../comments.ts";
import { listenersOf } from "../listeners.ts";
import { at, type Config, listOf, textOf, textsOf, wordOf } from "../model.ts";
import type { Path } from "../record.ts";
import type { Finding, Rule } from "../rule.ts";
import { languageOf } from "./ottl.ts";

/** What the numbers of an enumeration stand for, and the words that people have for them. */
const NUMBERS: readonly (readonly [field: RegExp, names: readonly string[], words: readonly RegExp[]])[] = [
  [
    /\bstatus\.code\s*(==|!=)\s*(\d)\b/,
    ["STATUS_CODE_UNSET", "STATUS_CODE_OK", "STATUS_CODE_ERROR"],
    [/\bunset\b/i, /\b(ok|success\w*|succeeded|healthy)\b/i, /\b(errors?|fail\w*|errored|broken)\b/i],
  ],
  [
    /\bkind\s*(==|!=)\s*(\d)\b/,
    [
      "SPAN_KIND_UNSPECIFIED",
      "SPAN_KIND_INTERNAL",
      "SPAN_KIND_SERVER",
      "SPAN_KIND_CLIENT",
      "SPAN_KIND_PRODUCER",
      "SPAN_KIND_CONSUMER",
    ],
    [
      /^$/,
      /\binternal\b/i,
      /\b(server|incoming|inbound)\b/i,
      /\b(client|outgoing|outbound)\b/i,
      /\bproducers?\b/i,
      /\bconsumers?\b/i,
    ],
  ],
];

/** What a file says of a condition: above it, in the name of its component, in that of its policy. */
function wordsOf(config: Config, path: Path, text: string): string {
  const policy = path[2] === "policies" ? textOf(at(config.root, ...path.slice(0, 4), "name")) : "";
  return `${wordsAbove(config.comments, text)} ${String(path[1])} ${policy}`.replace(/[_/-]/g, " ");
}

function* otherNumbers(config: Config): Generator<Finding> {
  for (const { path, text } of languageOf(config))
    for (const [field, names, words] of NUMBERS) {
      const [, sign, number] = field.exec(text) ?? [];
      if (number === undefined || sign !== "==") continue;
      const said = wordsOf(config, path, text);
      const meant = words.findIndex((word) => word.test(said));
      if (meant < 0 || meant === Number(number) || words[Number(number)]?.test(said) !== false) continue;
      yield {
        path,
        message: `${number} is ${names[Number(number)] ?? "no known value"}, and the words beside it speak of ${names[meant]}`,
        fix: `write ${names[meant]}`,
      };
    }
}

/** Words of one condition that takes something out of another. */
const UNLESS =
  /\b(unless|except(ing)? (when|if|where|for)?|but (not|keep)|only (if|when|where)|if (it|they|the \w+) (did not|didn't|succeeded|was|were)|that (succeeded|did not fail)|successful)\b/i;
const NEGATIVE = /^\s*(?:not\b|[\w.]+(?:\["[^"]+"\])?\s*!=)/;

function* ownAlternatives(config: Config): Generator<Finding> {
  for (const { settings, path } of config.of("processor", "filter"))
    for (const [signal, contexts] of Object.entries(settings)) {
      const lists = Array.isArray(contexts)
        ? [[[...path, signal], contexts] as const]
        : Object.entries((contexts ?? {}) as object).map(
            ([context, list]) => [[...path, signal, context], list] as const,
          );
      for (const [place, list] of lists) {
        const texts = textsOf(list);
        const i = texts.findIndex((text) => NEGATIVE.test(text) && !/\b(and|or)\b/.test(text));
        const negative = texts[i];
        if (negative === undefined || texts.length < 2) continue;
        const [, , ...below] = place;
        const said = [...texts.map((text) => wordsAbove(config.comments, text)), String(below[0] ?? "")].join(" ");
        if (UNLESS.test(said))
          yield {
            path: [...place, i],
            message:
              "each line of the list drops by itself: whatever this one matches goes, whether the others match or not",
            fix: "write both as one condition, with and between them",
          };
      }
    }
}

/** Encodings that people name, and how the file log receiver calls them. */
const ENCODINGS: readonly (readonly [said: RegExp, right: RegExp, name: string])[] = [
  [/\butf-?16\b|\bucs-?2\b|"unicode"/i, /utf-?16/i, "utf-16le"],
  [/\b(latin-?1|iso-?8859-?1)\b/i, /8859|1252|latin/i, "iso-8859-1"],
  [/\b(windows-?1252|cp-?1252)\b/i, /1252|8859|latin/i, "windows-1252"],
  [/\bshift[-_]?jis\b|\bsjis\b/i, /jis|932/i, "shift_jis"],
  [/\b(gbk|gb18030|gb2312)\b/i, /gb/i, "gbk"],
  [/\bbig-?5\b/i, /big/i, "big5"],
];
/** What SQL Server writes in UTF-16. */
const IN_UTF16 = /(^|[\\/])(ERRORLOG(\.\d+|\.?\*)?|SQLAGENT\.OUT)$/;

function* otherEncodings(config: Config): Generator<Finding> {
  for (const { settings, path } of config.of("receiver", "filelog")) {
    const encoding = textOf(settings.encoding ?? "utf-8");
    if (encoding.includes("${")) continue;
    const files = textsOf(settings.include);
    const isAlone = config.of("receiver", "filelog").length === 1;
    const said = isAlone ? config.comments.all : files.map((file) => wordsAbove(config.comments, file)).join(" ");
    const named = files.some((file) => IN_UTF16.test(file))
      ? ENCODINGS[0]
      : ENCODINGS.find(([word]) => word.test(said) && !/\b(converted|re-?encoded|no longer|not)\b/i.test(said));
    if (named !== undefined && !named[1].test(encoding))
      yield {
        path: settings.encoding === undefined ? path : [...path, "encoding"],
        message: `these files are in ${named[2]}, and are read as ${encoding}`,
        fix: `set encoding: ${named[2]}`,
      };
  }
}

function* tracesItself(config: Config): Generator<Finding> {
  const processors = ["service", "telemetry", "traces", "processors"];
  for (const [i, item] of listOf(at(config.root, ...processors)).entries())
    for (const kind of ["batch", "simple"]) {
      const place = [kind, "exporter", "otlp", "endpoint"];
      const port = ownPort(wordOf(at(item, ...place) ?? ""));
      const own = port === undefined ? undefined : listenersOf(config).find((each) => each.port === port);
      if (own === undefined || own.component.role !== "receiver") continue;
      if (config.using("receivers", own.component.id).some(({ signal }) => signal === "traces"))
        yield {
          path: [...processors, i, ...place],
          message: `${own.component.id} of this collector takes them, and makes spans of taking them`,
          fix: "send them to another collector, or straight to the backend",
        };
    }
}

export const wordsBesideRules: readonly Rule[] = [
  {
    id: "number-of-other-word",
    severity: "warning",
    explain:
      "Status and kind are numbers by their names: status.code 0 is unset, 1 OK, 2 ERROR; kind 1 internal, 2 server, 3 client, 4 producer, 5 consumer. Said where a comment, or the name of the policy, speaks of another one.",
    bad: "processors:\n  filter/drop_client: {traces: {span: ['kind == 2']}}\n",
    good: "processors:\n  filter/drop_client: {traces: {span: ['kind == SPAN_KIND_CLIENT']}}\n",
    find: otherNumbers,
  },
  {
    id: "unless-as-own-condition",
    severity: "warning",
    explain:
      "Conditions of a filter stand beside each other as alternatives: an exception that is a line of its own drops everything that it matches. Said where a comment speaks of an exception.",
    bad: "processors:\n  filter:\n    traces:\n      span:\n        # probes, unless they failed\n        - 'attributes[\"http.route\"] == \"/livez\"'\n        - 'status.code != STATUS_CODE_ERROR'\n",
    good: 'processors:\n  filter:\n    traces:\n      span:\n        # probes, unless they failed\n        - \'attributes["http.route"] == "/livez" and status.code != STATUS_CODE_ERROR\'\n',
    find: ownAlternatives,
  },
  {
    id: "encoding-of-files",
    severity: "error",
    explain:
      "Files are read as utf-8 unless encoding says otherwise: of UTF-16, as SQL Server writes ERRORLOG, every second sign is a zero, and no pattern matches. Said of such files, and where a comment names their encoding.",
    bad: "receivers:\n  filelog: {include: ['C:\\MSSQL\\Log\\ERRORLOG']}\n",
    good: "receivers:\n  filelog: {include: ['C:\\MSSQL\\Log\\ERRORLOG'], encoding: utf-16le}\n",
    find: otherEncodings,
  },
  {
    id: "traces-itself",
    severity: "warning",
    explain:
      "A collector that sends its own spans to its own receiver makes new ones by taking them, for ever: they go to another collector, or to the backend.",
    bad: "receivers:\n  otlp: {protocols: {grpc: {endpoint: 'localhost:4317'}}}\nexporters:\n  debug: {}\nservice:\n  telemetry: {traces: {processors: [{batch: {exporter: {otlp: {protocol: grpc, endpoint: 'http://localhost:4317'}}}}]}}\n  pipelines:\n    traces: {receivers: [otlp], exporters: [debug]}\n",
    good: "receivers:\n  otlp: {protocols: {grpc: {endpoint: 'localhost:4317'}}}\nexporters:\n  debug: {}\nservice:\n  telemetry: {traces: {processors: [{batch: {exporter: {otlp: {protocol: grpc, endpoint: 'http://tempo:4317'}}}}]}}\n  pipelines:\n    traces: {receivers: [otlp], exporters: [debug]}\n",
    find: tracesItself,
  },
];
