import { type Component, type Config, textOf } from "./model.ts";

/** Addresses, as far as their text says where they lead. Pure. */

export const endpointOf = ({ settings }: Component): string => textOf(settings.endpoint).trim();

/** Whether a text holds a reference or the mark of a template, so that its value is not known. */
export const isReference = (text: string): boolean => /\$\{[^}]*\}|\{\{/.test(text);

/** A host that is a container, a service of the same cluster, or this machine: no public authority signed a certificate for it. */
export function isInternal(endpoint: string): boolean {
  const host = endpoint.replace(/^\w+:\/\//, "").replace(/[:/].*$/, "");
  return (
    /^[\w-]+$/.test(host) ||
    /^(127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|0\.0\.0\.0)/.test(host) ||
    /\.(svc|local|internal)(\.|$)/.test(host) ||
    endpoint.replace(/^\w+:\/\//, "").startsWith("[")
  );
}

/** A host with a name of several parts, or an address, of no private network. */
export const isPublic = (endpoint: string): boolean =>
  /^(\w+:\/\/)?[\w-]+(\.[\w-]+)+/.test(endpoint) && !isInternal(endpoint);

const OWN_HOST = /^(?:https?:\/\/)?(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\]|\$\{(?:env:)?\w*POD_IP\}):(\d+)/;

/** The port of an address that leads to the collector's own machine or pod; undefined where it leads elsewhere. */
export const ownPort = (address: string): string | undefined => OWN_HOST.exec(address)?.[1];

/** Whether an exporter sends to somewhere beyond this machine, its containers and its cluster. */
export const isRemote = (config: Config): boolean =>
  config.of("exporter").some(({ settings }) => isPublic(textOf(settings.endpoint)));
