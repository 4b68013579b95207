import { expect, test } from "vitest";
import { stringify } from "yaml";
import { lint } from "../../../lint/lint.ts";
import { isRecord } from "../../../lint/record.ts";
import { components, isIn } from "../../upstream/table.ts";

/** Fields that only code sets: they have no tag, and no page speaks of them. */
const OF_CODE = ["options", "db_sanitizer.allowfallbackwithoutsystem"];

/** All keys of one version at once; a key with dots in it stands where its group has it. */
function settingsOf(role: string, keys: readonly string[]): object {
  const settings: Record<string, unknown> = {};
  const put = (path: readonly string[]): void => {
    let at = settings;
    for (const part of path) {
      const next = isRecord(at[part]) ? at[part] : {};
      at[part] = next;
      at = next as Record<string, unknown>;
    }
  };
  for (const key of keys.filter((each) => !each.includes("*") && !OF_CODE.includes(each))) {
    const [, group, name, rest] =
      /^(metrics|resource_attributes|events)\.(.+?)(?:\.(enabled|attributes|aggregation_strategy|\w+clude|override_value))?$/.exec(
        key,
      ) ?? [];
    if (role !== "receiver" || group === undefined || name === undefined) put(key.split("."));
    else put(rest === undefined ? [group, name] : [group, name, rest]);
  }
  return settings;
}

test.each([141, 145, 150, 155, 160, 165])("every key that collector 0.%i has is known", (minor) => {
  const version = `0.${minor}.0`;
  for (const [component, { keys, unread }] of Object.entries(components)) {
    if (unread?.includes(version)) continue;
    const [role = "", kind = ""] = component.split("/");
    const ofVersion = Object.keys(keys).filter((key) => isIn(keys[key] ?? "", version));
    const text = stringify({ [`${role}s`]: { [kind]: settingsOf(role, ofVersion) } });
    const found = lint([{ name: "a.yaml", text }], { version }).filter(({ id }) => /^(unknown|misspelt)-key$/.test(id));
    expect(found, component).toEqual([]);
  }
});
