/** Credentials of requests that become part of the data. */
import { actionsOf } from "../actions.ts";
import { type Config, textOf, textsOf } from "../model.ts";
import type { Finding, Rule } from "../rule.ts";
import { languageOf } from "./ottl.ts";

/** Headers that open something for whoever reads them. */
const OPENS =
  /^(proxy-)?authorization$|^(set-)?cookie$|^x-(api-key|auth-token|access-token|amz-security-token|csrf-token)$|^(api-?key|dd-api-key|x-honeycomb-team|x-sf-token)$/i;

function* copied(config: Config): Generator<Finding> {
  for (const { action, actions, i, path } of actionsOf(config)) {
    const { key, from_context } = action;
    const [, header = ""] = /^(?:metadata|auth)\.(.+)$/.exec(textOf(from_context)) ?? [];
    // hashed or deleted behind it
    const isHidden = actions.slice(i + 1).some((one) => one.key === key && /^(hash|delete)$/.test(textOf(one.action)));
    if (OPENS.test(header) && !isHidden)
      yield {
        path,
        message: `${header} of the request is written into ${textOf(key)}, and sent to the backend`,
        fix: "take a header that names the caller and opens nothing, or hash it in the next action",
      };
  }
  for (const { path, text } of languageOf(config)) {
    const [, header = ""] = /^\s*set\([^,]+,\s*[^)]*client\.metadata\["([^"]+)"\]/.exec(text) ?? [];
    if (OPENS.test(header) && !/\b(SHA|FNV|MD5)\w*\(/.test(text))
      yield {
        path,
        message: `${header} of the request is written into the data, and sent to the backend`,
        fix: "take a header that names the caller and opens nothing, or write SHA256(…)",
      };
  }
  for (const { settings, path } of config.of("exporter", "kafka"))
    for (const [i, header] of textsOf(settings.include_metadata_keys).entries())
      if (OPENS.test(header))
        yield {
          path: [...path, "include_metadata_keys", i],
          message: `${header} of the request is written into each message`,
          fix: "leave it out",
        };
}

export const copiedSecretRules: readonly Rule[] = [
  {
    id: "credential-in-data",
    severity: "warning",
    explain:
      "A credential of the sender's request that is copied into attributes, or into headers of messages, is read by everybody who may see the data.",
    bad: "processors:\n  attributes: {actions: [{key: caller, from_context: metadata.authorization, action: upsert}]}\n",
    good: "processors:\n  attributes: {actions: [{key: caller, from_context: metadata.x-tenant, action: upsert}]}\n",
    find: copied,
  },
];
