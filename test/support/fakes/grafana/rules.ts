import { checkFields, type Fields, isFields, text } from "../fields.ts";
import type { Asked } from "../server.ts";
import { bad, bodyOf, checkUid, known, ok, type Routes, refusal } from "./answers.ts";
import { prometheusDuration } from "./duration.ts";

export interface RuleGroup {
  readonly title: string;
  readonly folderUid: string;
  readonly interval: number;
  readonly rules: readonly Fields[];
}

/** What rules may name. */
export interface Named {
  readonly folder: (uid: string) => boolean;
  readonly contactPoint: (name: string) => boolean;
  readonly muteTiming: (name: string) => boolean;
}

const BASE = "/api/v1/provisioning";

/** Grafana-managed rules, as its provisioning API keeps them: with what it adds to queries, and durations in its own spelling. */
export function rules(named: Named) {
  const groups = new Map<string, RuleGroup>();
  let serial = 0;
  const all = (): readonly Fields[] => [...groups.values()].flatMap((group) => group.rules);
  const others = (key: string): readonly Fields[] =>
    [...groups].filter(([name]) => name !== key).flatMap(([, group]) => group.rules);
  const uses = (field: string, name: string): boolean =>
    all().some(({ notification_settings: settings }) => {
      const value = isFields(settings) ? settings[field] : undefined;
      return Array.isArray(value) ? value.includes(name) : value === name;
    });

  const stored = (rule: Fields, folderUid: string, group: string): Fields => {
    serial += 1;
    const data = Array.isArray(rule.data) ? rule.data.filter(isFields).map(savedQuery) : [];
    return {
      ...rule,
      data,
      uid: text(rule.uid) || `rule-${serial}`,
      for: prometheusDuration(text(rule.for) || "0s"),
      folderUID: folderUid,
      ruleGroup: group,
      orgID: 1,
      provenance: "api",
      id: serial,
    };
  };

  const routes = (asked: Asked): Routes => ({
    [`GET ${BASE}/alert-rules`]: () => ok(all()),
    [`GET ${BASE}/alert-rules/:uid`]: ({ uid }) => {
      const rule = all().find((one) => one.uid === uid);
      if (rule === undefined) throw refusal(404, "alert rule not found");
      return ok(rule);
    },
    [`DELETE ${BASE}/alert-rules/:uid`]: ({ uid }) => {
      for (const [key, group] of groups) {
        const left = group.rules.filter((rule) => rule.uid !== uid);
        if (left.length === 0) groups.delete(key);
        else groups.set(key, { ...group, rules: left });
      }
      return { status: 204 };
    },
    [`PUT ${BASE}/folder/:folderUid/rule-groups/:group`]: ({ folderUid = "", group = "" }) => {
      if (!named.folder(folderUid)) throw refusal(404, "folder not found");
      const given = bodyOf(asked, ["interval", "rules"], ["title", "folderUid"]);
      const key = `${folderUid}/${group}`;
      const sameFolder = others(key).filter((rule) => rule.folderUID === folderUid);
      checkGroup(
        given,
        sameFolder.map(({ title }) => text(title)),
        named,
      );
      const list = (given.rules as readonly Fields[]).map((rule) => stored(rule, folderUid, group));
      // A rule that another group has is moved, not copied.
      const uids = list.map(({ uid }) => uid);
      for (const [name, other] of groups)
        groups.set(name, { ...other, rules: other.rules.filter(({ uid }) => !uids.includes(uid)) });
      groups.set(key, { title: group, folderUid, interval: Number(given.interval), rules: list });
      return ok(groups.get(key));
    },
    [`GET ${BASE}/folder/:folderUid/rule-groups/:group`]: ({ folderUid, group }) =>
      ok(known(groups, `${folderUid}/${group}`, "rule group")),
  });
  return {
    routes,
    ruleGroups: groups,
    inFolder: (uid: string) => [...groups.values()].some(({ folderUid }) => folderUid === uid),
    usesPoint: (name: string) => uses("receiver", name),
    usesTiming: (name: string) => uses("mute_time_intervals", name),
  };
}

/** What Grafana does to a query before it saves it. */
function savedQuery(query: Fields): Fields {
  const model: Fields = isFields(query.model) ? query.model : {};
  const queryType = text(model.queryType) || text(query.queryType);
  return { ...query, queryType, model: { intervalMs: 1000, maxDataPoints: 43_200, ...model } };
}

const RULE = {
  required: ["title", "condition", "data"],
  optional: [
    ...[
      "uid",
      "for",
      "noDataState",
      "execErrState",
      "labels",
      "annotations",
      "notification_settings",
      "isPaused",
      "updated",
    ],
    ...["folderUID", "ruleGroup", "orgID", "keep_firing_for", "record", "missingSeriesEvalsToResolve", "provenance"],
  ],
};
const SETTINGS = {
  required: ["receiver"],
  optional: [
    ...["group_by", "group_wait", "group_interval", "repeat_interval", "mute_time_intervals", "active_time_intervals"],
  ],
};

function checkGroup({ interval, rules: given }: Fields, taken: readonly string[], named: Named): void {
  if (typeof interval !== "number" || interval <= 0 || interval % 10 !== 0)
    bad("interval must be a multiple of 10 seconds");
  const titles = new Set(taken);
  const uids = new Set<string>();
  for (const rule of Array.isArray(given) ? given : bad("rules is no list")) {
    if (!isFields(rule)) bad("a rule is no object");
    checkFields(rule, RULE, bad);
    const [title, uid] = [text(rule.title), text(rule.uid)];
    if (titles.has(title)) bad(`rule ${title} is there twice in this folder`);
    if (uid !== "" && uids.has(uid)) bad(`uid ${uid} is there twice`);
    if (uid !== "") checkUid(uid);
    titles.add(title);
    uids.add(uid);
    checkQueries(rule);
    checkStates(rule);
    if (rule.notification_settings !== undefined) checkSettings(rule.notification_settings, named);
  }
}

function checkQueries({ data, condition }: Fields): void {
  const queries = Array.isArray(data) ? data.filter(isFields) : [];
  if (!queries.some(({ refId }) => refId === condition)) bad(`condition ${text(condition)} does not exist`);
  for (const { datasourceUid, relativeTimeRange: range, refId } of queries) {
    if (text(datasourceUid) === "") bad(`query ${text(refId)}: datasourceUid is required`);
    if (datasourceUid === "__expr__" || datasourceUid === "-100") continue;
    if (!isFields(range) || Number(range.from) <= Number(range.to))
      bad(`query ${text(refId)}: invalid relative time range`);
  }
}

function checkStates({ noDataState = "NoData", execErrState = "Error" }: Fields): void {
  if (!["OK", "NoData", "Alerting", "KeepLast"].includes(text(noDataState))) bad("unknown noDataState");
  if (!["OK", "Error", "Alerting", "KeepLast"].includes(text(execErrState))) bad("unknown execErrState");
}

function checkSettings(settings: unknown, named: Named): void {
  if (!isFields(settings)) bad("notification_settings is no object");
  checkFields(settings, SETTINGS, bad);
  if (!named.contactPoint(text(settings.receiver))) bad(`contact point ${text(settings.receiver)} does not exist`);
  const muted = Array.isArray(settings.mute_time_intervals) ? settings.mute_time_intervals.map(text) : [];
  const absent = muted.find((name) => !named.muteTiming(name));
  if (absent !== undefined) bad(`mute timing ${absent} does not exist`);
  const by = Array.isArray(settings.group_by) ? settings.group_by : [];
  if (by.length > 0 && !by.includes("...") && !(by.includes("alertname") && by.includes("grafana_folder")))
    bad("group_by must contain alertname and grafana_folder");
}
