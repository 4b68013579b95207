import type { Fields } from "./fields.ts";
import { type Annotation, annotations } from "./grafana/annotations.ts";
import { ok, refusal } from "./grafana/answers.ts";
import { boards, type Folder, type StoredBoard } from "./grafana/boards.ts";
import { contacts } from "./grafana/contacts.ts";
import { type RuleGroup, rules } from "./grafana/rules.ts";
import { slos } from "./grafana/slos.ts";
import { type Answer, type Asked, type Fake, route, startFake } from "./server.ts";

export interface GrafanaOptions {
  /** May do everything; a pattern where the token is minted by a fake cloud. */
  readonly token: string | RegExp;
  /** Tokens of service accounts with the role Viewer: they may look at boards and query data sources. */
  readonly viewers?: readonly string[];
  /** Uids of data sources. Default: those of a Grafana Cloud stack. */
  readonly dataSources?: readonly string[];
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

export interface Grafana extends Fake {
  readonly folders: ReadonlyMap<string, Folder>;
  readonly dashboards: ReadonlyMap<string, StoredBoard>;
  /** By `folder/group`. */
  readonly ruleGroups: ReadonlyMap<string, RuleGroup>;
  readonly contactPoints: ReadonlyMap<string, Fields>;
  readonly muteTimings: ReadonlyMap<string, Fields>;
  readonly annotations: ReadonlyMap<string, Annotation>;
  readonly slos: ReadonlyMap<string, Fields>;
}

const CLOUD = ["grafanacloud-prom", "grafanacloud-logs", "grafanacloud-traces", "grafanacloud-usage"];

/** One Grafana: folders, dashboards, annotations, provisioned rules and whom they notify, the SLO app, and the data source proxy. */
export async function startGrafana(options: GrafanaOptions): Promise<Grafana> {
  const { token, viewers = [], dataSources = CLOUD, now = Date.now } = options;
  const board = boards((folder) => rule.inFolder(folder));
  const contact = contacts({
    contactPoint: (name) => rule.usesPoint(name),
    muteTiming: (name) => rule.usesTiming(name),
  });
  const rule = rules({
    folder: (uid) => board.folders.has(uid),
    contactPoint: contact.hasPoint,
    muteTiming: contact.hasTiming,
  });
  const annotation = annotations(now);
  const slo = slos((uid) => board.folders.has(uid));

  const signedIn = ({ headers: { authorization }, method, path }: Asked): void => {
    const given = authorization?.replace(/^Bearer /, "") ?? "";
    if (typeof token === "string" ? given === token : token.test(given)) return;
    if (!viewers.some((viewer) => authorization === `Bearer ${viewer}`)) throw refusal(401, "Invalid API key");
    const looks = method === "GET" && /^\/api\/(org|folders|dashboards|annotations)\b/.test(path);
    if (!looks && proxied(path) === undefined)
      throw refusal(403, "You'll need additional permissions to perform this action");
  };
  const proxy = (path: string): Answer | undefined => {
    const uid = proxied(path);
    if (uid === undefined) return undefined;
    return dataSources.includes(uid)
      ? ok({ status: "success", data: {} })
      : ok({ message: "Data source not found" }, 404);
  };

  const fake = await startFake((asked) => {
    const open = route(asked, {
      "GET /api/health": () => ok({ database: "ok", version: "12.3.0" }),
      "GET /login": () => ok({}),
    });
    if (open) return open;
    signedIn(asked);
    const parts = [board, contact, rule, annotation, slo].map(({ routes }) => routes(asked));
    const org = { "GET /api/org": () => ok({ id: 1, name: "Main Org." }) };
    return proxy(asked.path) ?? route(asked, Object.assign(org, ...parts)) ?? ok({ message: "Not found" }, 404);
  });
  const { folders, dashboards } = board;
  const { contactPoints, muteTimings } = contact;
  const seen = { folders, dashboards, contactPoints, muteTimings, ruleGroups: rule.ruleGroups };
  return { ...fake, ...seen, annotations: annotation.annotations, slos: slo.slos };
}

/** Uid of the data source that a path of the proxy leads to. */
const proxied = (path: string): string | undefined => /^\/api\/datasources\/proxy\/uid\/([^/]+)\//.exec(path)?.[1];
