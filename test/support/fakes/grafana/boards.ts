import { type Fields, isFields, text } from "../fields.ts";
import type { Asked } from "../server.ts";
import { bad, bodyOf, checkUid, known, ok, type Routes, refusal } from "./answers.ts";

export interface Folder {
  readonly uid: string;
  readonly title: string;
}

export interface StoredBoard {
  readonly id: number;
  readonly version: number;
  readonly folderUid: string;
  readonly board: Fields;
}

/** Folders, and dashboards in them. */
export function boards(hasRules: (folder: string) => boolean) {
  const folders = new Map<string, Folder>();
  const dashboards = new Map<string, StoredBoard>();
  const shown = ({ uid, title }: Folder) => ({ id: 1, uid, title, url: `/dashboards/f/${uid}`, parentUid: "" });

  const routes = (asked: Asked): Routes => ({
    "GET /api/folders/:uid": ({ uid }) => ok(shown(known(folders, uid, "folder"))),
    "POST /api/folders": () => {
      const given = bodyOf(asked, ["title"], ["uid", "parentUid"]);
      const made = { uid: text(given.uid) || `folder-${folders.size}`, title: text(given.title) };
      checkUid(made.uid);
      if (folders.has(made.uid)) throw refusal(409, "a folder with that uid exists");
      folders.set(made.uid, made);
      return ok(shown(made));
    },
    "PUT /api/folders/:uid": ({ uid }) => {
      const given = bodyOf(asked, ["title"], ["overwrite", "version"]);
      const changed = { ...known(folders, uid, "folder"), title: text(given.title) };
      folders.set(changed.uid, changed);
      return ok(shown(changed));
    },
    "DELETE /api/folders/:uid": ({ uid }) => {
      const gone = known(folders, uid, "folder");
      const full = hasRules(gone.uid) && asked.query.get("forceDeleteRules") !== "true";
      if (full || [...dashboards.values()].some((one) => one.folderUid === uid))
        bad("folder cannot be deleted: folder contains rules or boards");
      folders.delete(gone.uid);
      return ok({ message: "deleted" });
    },
    "POST /api/dashboards/db": () => {
      const given = bodyOf(asked, ["dashboard"], ["folderUid", "overwrite", "message", "UpdatedAt"]);
      const board = isFields(given.dashboard) ? given.dashboard : bad("dashboard is no object");
      if (text(board.title) === "") bad("Dashboard title cannot be empty");
      const folderUid = text(given.folderUid);
      if (folderUid !== "") known(folders, folderUid, "folder");
      const uid = text(board.uid) || `board-${dashboards.size}`;
      checkUid(uid);
      const before = dashboards.get(uid);
      if (before && given.overwrite !== true) throw refusal(412, "A dashboard with the same uid already exists");
      const id = before?.id ?? dashboards.size + 1;
      const version = (before?.version ?? 0) + 1;
      dashboards.set(uid, { id, version, folderUid, board: { ...board, uid } });
      return ok({ id, uid, version, status: "success", url: `/d/${uid}` });
    },
    "GET /api/dashboards/uid/:uid": ({ uid }) => {
      const { id, version, folderUid, board } = known(dashboards, uid, "dashboard");
      return ok({ dashboard: { ...board, id, version }, meta: { url: `/d/${uid}`, folderUid, version } });
    },
    "DELETE /api/dashboards/uid/:uid": ({ uid }) => {
      const { board } = known(dashboards, uid, "dashboard");
      dashboards.delete(text(board.uid));
      return ok({ message: "Dashboard deleted", title: board.title });
    },
  });
  return { routes, folders, dashboards };
}
