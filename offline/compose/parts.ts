import { isList, isMap, isSecret, type PropertyValue } from "../properties.ts";
import { unwrap } from "../secrets.ts";
import { textOf } from "./variables.ts";

export function portOf(value: PropertyValue): object {
  const { internal = 0, external, ip, protocol } = isMap(value) ? value : {};
  return {
    target: unwrap(internal),
    ...(external !== undefined && { published: textOf(external) }),
    ...(ip !== undefined && { host_ip: textOf(ip) }),
    protocol: protocol === undefined ? "tcp" : textOf(protocol),
  };
}

/** `text` makes a reference of what is secret. */
export function healthcheckOf(value: PropertyValue, text: (value: PropertyValue) => string): object {
  const { tests, interval, timeout, retries, startPeriod, startInterval } = isMap(value) ? value : {};
  return {
    ...(tests !== undefined && { test: listOf(tests).map(text) }),
    ...(interval !== undefined && { interval: textOf(interval) }),
    ...(timeout !== undefined && { timeout: textOf(timeout) }),
    ...(retries !== undefined && { retries: unwrap(retries) }),
    ...(startPeriod !== undefined && { start_period: textOf(startPeriod) }),
    ...(startInterval !== undefined && { start_interval: textOf(startInterval) }),
  };
}

/** Items of a list, also of one that is secret as a whole. */
export function listOf(value: PropertyValue | undefined): readonly PropertyValue[] {
  if (value === undefined || value === null) return [];
  if (isSecret(value)) return listOf(value.value);
  return isList(value) ? value : [value];
}
