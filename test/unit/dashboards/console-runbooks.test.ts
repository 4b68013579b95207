import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { consoleRules } from "../../../dashboards/render/console/rules.ts";
import { runbookLinks } from "../../../dashboards/render/console/runbooks.ts";
import { fullContent } from "../../support/content.ts";

const folder = new URL("../../../docs/runbooks/", import.meta.url);
const pages = readdirSync(folder).filter((file) => file !== "README.md");
const rules = consoleRules({ environment: "test", content: fullContent }, { alertmanager: true });
const ids = new Set(rules.map(({ id }) => id));

const queue = [{ id: "queue-age-bot", runbook: "queue-age" }];
const BASE = { runbookBase: "https://git.example/acme/blob/main/" };

test("a link to another runbook leads to the rule that has it, and so does its name in italics", () => {
  expect(runbookLinks("See [old messages](queue-age.md#do), or *queue-age*.", queue, {})).toBe(
    "See [old messages](/alerts/queue-age-bot), or [queue-age](/alerts/queue-age-bot).",
  );
});

test("a page that the console does not have is a path where nothing says its address, and a link where alerts.runbooks does", () => {
  const text = "([how to read it](../outages.md#the-ledger)), [`redis`](redis-down.md)";
  expect(runbookLinks(text, queue, {})).toBe(
    "(how to read it (`docs/outages.md`)), `redis` (`docs/runbooks/redis-down.md`)",
  );
  expect(runbookLinks(text, queue, BASE)).toBe(
    "([how to read it](https://git.example/acme/blob/main/docs/outages.md#the-ledger)), [`redis`](https://git.example/acme/blob/main/docs/runbooks/redis-down.md)",
  );
});

test("addresses, code and words in italics that name no runbook stay", () => {
  for (const text of [
    "[status](https://status.example/a.md) and [mail](mailto:a@example.com)",
    "`[x](queue-age.md)` and `*queue-age*`",
    "```sh\ncat [a](queue-age.md) *queue-age*\n```",
    "the *dead-letter* queue, *once*",
  ])
    expect(runbookLinks(text, queue, {})).toBe(text);
});

test.each(pages)("every link of %s leads somewhere in the console", (page) => {
  const shown = runbookLinks(readFileSync(new URL(page, folder), "utf8"), rules, {});
  const links = [...shown.matchAll(/\]\(([^)]+)\)/g)].map(([, to = ""]) => to);
  expect(links.filter((to) => !/^https:/.test(to) && !ids.has(to.replace(/^\/alerts\//, "")))).toEqual([]);
  const named = [...shown.matchAll(/\*([a-z]+(?:-[a-z]+)+)\*/g)].map(([, name = ""]) => name);
  expect(named.filter((name) => rules.some(({ runbook }) => runbook === name))).toEqual([]);
});
