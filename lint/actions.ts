import { type Config, listOf, recordOf } from "./model.ts";

/** Each action of the processors `attributes` and `resource`, with the others of its list, and where it stands. */
export function* actionsOf(config: Config) {
  for (const [type, list] of [
    ["attributes", "actions"],
    ["resource", "attributes"],
  ] as const)
    for (const { id, settings, path } of config.of("processor", type)) {
      const actions = listOf(settings[list]).map(recordOf);
      for (const [i, action] of actions.entries()) yield { id, action, actions, i, path: [...path, list, i], type };
    }
}
