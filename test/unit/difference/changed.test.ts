import { describe, expect, test } from "vitest";
import { difference } from "../../../difference/compare/difference.ts";
import { type Finding, spoken } from "../../../difference/compare/finding.ts";
import { contentOfStackFile } from "../../../offline/stack-content.ts";
import { recordedInventories } from "./fixture/read.ts";

const content = await contentOfStackFile("dev");
const all = recordedInventories();

/** Runs of the example that were started with other settings (`--config`), and all that has to be said of each. */
const CHANGED: Readonly<Record<string, { readonly settings: string; readonly says: readonly string[] }>> = {
  "changed-a": {
    settings: "api without the instrumentation of redis, bot without propagators, status without traced functions",
    says: [
      "breaks: bot: process games (consumer) does not link to a span of api, notification and status any more",
      "breaks: traces from api, notification and status end before bot: process games (consumer), once below a span of theirs, is at the top of a trace of its own",
      "breaks: status: process games (consumer) does not link to a span of bot any more",
      "breaks: traces from bot end before status: process games (consumer), once below a span of theirs, is at the top of a trace of its own",
      "breaks: status: log records of game_scheduler.status (info) with game.status carry no trace id any more",
      "breaks: nothing to read for panels: metric traced.function.duration of status is gone",
      "changes: api: no span of opentelemetry.instrumentation.redis any more (gone: DEL (client), GET (client) and SET (client))",
      "changes: status: no metric of otel_inject.traced any more (gone: traced.function.duration)",
      "changes: status: no span of otel_inject.traced any more (gone: announce_status (internal) and follow_the_clock (internal))",
      "adds: status: new attribute span.root on DEL (client), UPDATE (client) and publish games (producer)",
    ],
  },
  "changed-b": {
    settings: "the service notification renamed to reminders",
    says: [
      "breaks: notification sends nothing any more; reminders, which is new, sends the same: renamed, and whatever names notification reads nothing",
      "breaks: nothing to read for 2 alerts (Due reminders cannot be handed to the bot and notification has stopped running on its schedule), panels: notification sends nothing",
    ],
  },
};

/** Without the panels by name: a busy machine's base may have had one less to show. */
const text = ({ severity, sentence }: Finding): string =>
  `${severity}: ${spoken(sentence, (name) => name).replace(/\d+ panels \(.*?\)/, "panels")}`;

describe.each(Object.entries(CHANGED))("a real run, %s", (name, { settings, says }) => {
  test.each(Object.keys(all).filter((base) => base.startsWith("dev")))(
    `with ${settings}: against %s exactly that is said`,
    (base) => {
      const [before, after] = [all[base], all[name]];
      if (before === undefined || after === undefined) throw new Error(`${base} and ${name} are not in the fixture.`);
      const found = difference(before, after, content);
      expect(found.map(text)).toEqual(says);
    },
  );
});
