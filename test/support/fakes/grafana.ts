import { checkFields, type Fields, isFields, jsonFields, text } from "./fields.ts";
import { type Answer, type Asked, type Fake, Refusal, route, startFake } from "./server.ts";

interface Folder {
  readonly uid: string;
  readonly title: string;
}

export interface Grafana extends Fake {
  readonly folders: readonly Folder[];
  readonly dashboards: ReadonlyMap<string, Fields>;
  readonly ruleGroups: ReadonlyMap<string, Fields>;
}

/** One Grafana: health, folders, dashboards, provisioned rule groups and contact points. `token` may do everything; any other is refused. */
export async function startGrafana({ token }: { readonly token: string }): Promise<Grafana> {
  const folders: Folder[] = [];
  const dashboards = new Map<string, Fields>();
  const ruleGroups = new Map<string, Fields>();
  const contactPoints = new Map<string, Fields>();

  const signedIn = (asked: Asked): void => {
    if (asked.headers.authorization !== `Bearer ${token}`) throw refusal(401, "Invalid API key");
  };
  const folder = (uid: unknown): Folder => {
    const found = folders.find((one) => one.uid === uid);
    if (found === undefined) throw refusal(404, "folder not found");
    return found;
  };
  const body = (asked: Asked, required: readonly string[], optional: readonly string[] = []): Fields => {
    const fields = jsonFields(asked.body, bad);
    checkFields(fields, { required, optional }, bad);
    return fields;
  };
  const inUse = (uid: string): boolean =>
    [...dashboards.values(), ...ruleGroups.values()].some((one) => one.folderUid === uid);

  const fake = await startFake((asked) => {
    const open = route(asked, {
      "GET /api/health": () => ok({ database: "ok", version: "12.3.0" }),
      "GET /login": () => ok({}),
    });
    if (open) return open;
    signedIn(asked);
    const found = route(asked, {
      "GET /api/org": () => ok({ id: 1, name: "Main Org." }),
      "GET /api/folders/:uid": ({ uid }) => ok(folder(uid)),
      "POST /api/folders": () => {
        const given = body(asked, ["title"], ["uid", "parentUid"]);
        const made = { uid: text(given.uid) || `folder-${folders.length}`, title: text(given.title) };
        if (made.uid.length > 40 || !/^[a-zA-Z0-9_-]+$/.test(made.uid))
          bad("uid contains illegal characters or is longer than 40");
        if (folders.some(({ uid }) => uid === made.uid)) throw refusal(409, "a folder with that uid exists");
        folders.push(made);
        return ok(made);
      },
      "DELETE /api/folders/:uid": ({ uid }) => {
        const gone = folder(uid);
        if (inUse(gone.uid) && asked.query.get("forceDeleteRules") !== "true")
          bad("folder cannot be deleted: folder contains rules or boards");
        folders.splice(folders.indexOf(gone), 1);
        return ok({ message: "deleted" });
      },
      "POST /api/dashboards/db": () => {
        const given = body(asked, ["dashboard"], ["folderUid", "overwrite", "message"]);
        const board = isFields(given.dashboard) ? given.dashboard : bad("dashboard is no object");
        if (text(board.title) === "") bad("Dashboard title cannot be empty");
        if (given.folderUid !== undefined) folder(given.folderUid);
        const uid = text(board.uid) || `board-${dashboards.size}`;
        if (dashboards.has(uid) && given.overwrite !== true)
          throw refusal(412, "A dashboard with the same uid already exists");
        dashboards.set(uid, { ...board, folderUid: given.folderUid });
        return ok({ uid, status: "success", version: 1, url: `/d/${uid}` });
      },
      "PUT /api/v1/provisioning/folder/:folderUid/rule-groups/:group": ({ folderUid, group }) => {
        folder(folderUid);
        const given = body(asked, ["interval", "rules"], ["title", "folderUid"]);
        checkRules(given, contactPoints);
        ruleGroups.set(`${folderUid}/${group}`, { ...given, folderUid });
        return ok({ ...given, title: group, folderUid });
      },
      "GET /api/v1/provisioning/folder/:folderUid/rule-groups/:group": ({ folderUid, group }) => {
        const stored = ruleGroups.get(`${folderUid}/${group}`);
        if (stored === undefined) throw refusal(404, "rule group not found");
        return ok({ ...stored, title: group, folderUid });
      },
      "POST /api/v1/provisioning/contact-points": () => {
        const given = body(asked, ["name", "type", "settings"], ["uid", "disableResolveMessage"]);
        if (contactPoints.has(text(given.name))) throw refusal(409, "a contact point of that name exists");
        contactPoints.set(text(given.name), given);
        return ok(given, 202);
      },
    });
    return found ?? { status: 404, body: { message: "Not found" } };
  });
  return { ...fake, folders, dashboards, ruleGroups };
}

const RULE = {
  required: ["title", "condition", "data"],
  optional: [
    "uid",
    "for",
    "noDataState",
    "execErrState",
    "labels",
    "annotations",
    "notification_settings",
    "isPaused",
  ].concat(
    ...[["folderUID", "ruleGroup", "orgID", "keep_firing_for", "record", "missingSeriesEvalsToResolve", "provenance"]],
  ),
};

function checkRules({ interval, rules }: Fields, contactPoints: ReadonlyMap<string, Fields>): void {
  if (typeof interval !== "number" || interval <= 0 || interval % 10 !== 0)
    bad("interval must be a multiple of 10 seconds");
  const list = Array.isArray(rules) ? rules : bad("rules is no list");
  const titles = new Set<string>();
  for (const rule of list) {
    if (!isFields(rule)) bad("a rule is no object");
    checkFields(rule, RULE, bad);
    if (titles.has(text(rule.title))) bad(`rule ${text(rule.title)} is there twice`);
    titles.add(text(rule.title));
    const data = Array.isArray(rule.data) ? rule.data : [];
    if (!data.some((query) => isFields(query) && query.refId === rule.condition))
      bad(`condition ${text(rule.condition)} does not exist`);
    const settings = rule.notification_settings;
    if (isFields(settings) && !contactPoints.has(text(settings.receiver)))
      bad(`contact point ${text(settings.receiver)} does not exist`);
  }
}

const ok = (body: unknown, status = 200): Answer => ({ status, body });
const refusal = (status: number, message: string): Refusal => new Refusal(status, { message });

function bad(why: string): never {
  throw refusal(400, why);
}
