import { type ResourceValidationArgs, Secret } from "@pulumi/policy";
import { asSecret, type PropertyMap, type PropertyValue } from "../../offline/properties.ts";
import type { Resource, Stack } from "../rule.ts";

/** The resources that Pulumi has told a policy pack of, in the shape of a recording. */
export class Seen {
  readonly #resources = new Map<string, Resource>();
  readonly #secrets: readonly string[];

  /** @param secrets texts that are known to be secret */
  constructor(secrets: readonly string[]) {
    this.#secrets = secrets;
  }

  /** A resource as a remediation is told of it: with its secrets marked. */
  remember({ urn, type, name, props, opts }: Omit<ResourceValidationArgs, "provider">): void {
    const { parent = "", protect, ignoreChanges } = opts;
    const inputs = plain(props) as PropertyMap;
    this.#resources.set(urn, { urn, type, name, parent, inputs, options: { protect, ignoreChanges } });
  }

  /** What rules judge: one resource, or all of them. */
  stack(urn?: string): Stack {
    const resources = [...this.#resources.values()];
    const judged = urn === undefined ? resources : resources.filter((resource) => resource.urn === urn);
    return { resources, judged, secrets: this.#secrets, seesRetention: false };
  }
}

/** A value without the proxies around it, which open secrets and throw at what is not known yet. */
function plain(given: unknown): PropertyValue {
  const value = withoutProxy(given);
  if (value instanceof Secret) return asSecret(plain(value.value));
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype) return null;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
}

/** Names by which the proxies of `@pulumi/policy` say what they are (its proxy.js). */
function withoutProxy(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Reflect.get(value, "__isSpecialProxy") !== true) return value;
  return withoutProxy(Reflect.get(value, "__getSpecialProxyTarget"));
}
