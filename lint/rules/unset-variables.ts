/** Variables that nobody may have set, where an empty value is read as another one, and nothing complains. */
import { textOf, wordOf } from "../model.ts";
import type { Rule } from "../rule.ts";

/** A reference alone, without a default. */
const BARE = /^\$\{(?:env:)?(\w+)\}$/;
const WITH_DEFAULT = /\$\{(?:env:)?\w+:-/;

/** Numbers of which nothing means zero, by their key, with what zero does. */
const ZERO: Readonly<Record<string, string>> = {
  sampling_percentage: "keeps nothing",
  spans_per_second: "keeps nothing",
  bytes_per_second: "keeps nothing",
};

export const unsetVariableRules: readonly Rule[] = [
  {
    id: "unset-is-zero",
    severity: "warning",
    explain:
      "A variable that is not set is empty: as a share it is 0 and everything is dropped, and as a pattern it fits every name. Said where the file gives other variables a default, as ${env:NAME:-default}.",
    bad: "processors:\n  batch: {timeout: '${env:TIMEOUT:-2s}'}\n  probabilistic_sampler: {sampling_percentage: '${env:SHARE}'}\n",
    good: "processors:\n  batch: {timeout: '${env:TIMEOUT:-2s}'}\n  probabilistic_sampler: {sampling_percentage: '${env:SHARE:-100}'}\n",
    *find(config) {
      if (!config.scalars.some(({ value }) => WITH_DEFAULT.test(textOf(value)))) return;
      for (const { path, value } of config.scalars) {
        if (path[0] !== "processors") continue;
        const [, name] = BARE.exec(textOf(value)) ?? [];
        const key = wordOf(path.at(-1));
        if (name !== undefined && Object.hasOwn(ZERO, key))
          yield {
            path,
            message: `where ${name} is not set this is 0, which ${ZERO[key]}`,
            fix: `give it a default: \${env:${name}:-…}`,
          };
        const [, pattern] =
          /\bIsMatch\([^"]*(?:"[^"]*"[^"]*)?,\s*"\$\{(?:env:)?(\w+)\}"\s*\)/.exec(textOf(value)) ?? [];
        if (
          pattern !== undefined &&
          config.typeIn(wordOf(path[1])) === "filter" &&
          !/\bnot\s+IsMatch/.test(textOf(value))
        )
          yield {
            path,
            message: `where ${pattern} is not set the pattern is empty, fits everything, and all is dropped`,
            fix: `give it a default: \${env:${pattern}:-…}`,
          };
      }
    },
  },
  {
    id: "variable-or-its-name",
    severity: "error",
    explain:
      "node_from_env_var takes the name of a variable, and looks up its value itself; everywhere else the value is wanted, and a name alone is no host.",
    bad: "processors:\n  k8sattributes: {filter: {node_from_env_var: '${env:K8S_NODE_NAME}'}}\n",
    good: "processors:\n  k8sattributes: {filter: {node_from_env_var: K8S_NODE_NAME}}\n",
    *find({ scalars }) {
      for (const { path, value } of scalars) {
        const key = wordOf(path.at(-1));
        const [, name] = BARE.exec(textOf(value)) ?? [];
        if (/_from_env_var$/.test(key) && /\$/.test(textOf(value)))
          yield {
            path,
            message: `${key} is the name of a variable, and its value stands here`,
            fix: `write ${name ?? "the name alone, K8S_NODE_NAME"}`,
          };
        const host = /^(?:endpoint|node)$/.test(key)
          ? /^(?:\w+:\/\/)?([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)(?::\d+)?$/.exec(textOf(value))?.[1]
          : undefined;
        if (host !== undefined)
          yield {
            path,
            message: `${host} is the name of a variable, and no host`,
            fix: `write \${env:${host}}`,
          };
      }
    },
  },
];
