import type { ConfigSetting } from "../offline/config-setting.ts";

/** A stack of a release whose resources are stored. */
export interface Case {
  /** Unique among the cases of a release. */
  readonly name: string;
  /** The stack file it starts from. */
  readonly stack: string;
  /** Settings on top of that file, by short key; what is not a text is JSON. */
  readonly config: Readonly<Record<string, string>>;
}

const account = JSON.stringify({ accountId: "1234567" });

/** The three stacks as they are shipped, and stack `dev` on the backends that the others do not use. */
export const CASES: readonly Case[] = [
  { name: "dev", stack: "dev", config: {} },
  { name: "other", stack: "other", config: {} },
  { name: "prod", stack: "prod", config: {} },
  { name: "dev on lgtm", stack: "dev", config: { backend: "lgtm" } },
  { name: "dev on new-relic", stack: "dev", config: { backend: "new-relic", newRelic: account } },
  { name: "dev on honeycomb", stack: "dev", config: { backend: "honeycomb" } },
  { name: "dev on otlp", stack: "dev", config: { backend: "otlp", "otlp.endpoint": "https://otlp.example" } },
];

/** The settings of a case, with the commit that its deployment marker names. */
export const settingsOf = ({ config }: Case, commit: string): readonly ConfigSetting[] =>
  Object.entries({ ...config, commit }).map(([path, value]) => ({ path, value, secret: false }));
