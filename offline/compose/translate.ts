import { toYaml } from "../../formats/yaml.ts";
import { isMap, type PropertyMap, type PropertyValue } from "../properties.ts";
import type { Recording, Registration } from "../registration.ts";
import { CONTAINER, IMAGE, lookupOf, NETWORK, VOLUME } from "./lookup.ts";
import { serviceOf } from "./service.ts";
import { itemsOf, openedText, present, Variables } from "./variables.ts";

interface ComposeProject {
  /** Content of compose.yaml; no secret is in it. */
  readonly yaml: string;
  /** Variables of the env file: the secrets. */
  readonly variables: ReadonlyMap<string, string>;
  /** Names of the services, sorted. */
  readonly services: readonly string[];
  /** Images the services use, sorted, each once. */
  readonly images: readonly string[];
  /** One sentence for everything the program makes that Compose does not. */
  readonly warnings: readonly string[];
}

interface TranslateArgs {
  /** A recording with `preview: false`: ids and generated secrets must be known. */
  readonly recording: Recording;
  /** Key of the labels that show whether a container's files changed. */
  readonly hashKey: Buffer;
  /** Labels besides the program's own, for everything: which checkout it belongs to. Default: none. */
  readonly labels?: Readonly<Record<string, string>>;
}

/** The containers, networks and volumes of a recording as a Compose project that makes the same. */
export function translate({ recording, hashKey, labels = {} }: TranslateArgs): ComposeProject {
  const lookup = lookupOf(recording);
  refuseForeignValues(recording, lookup.containers);
  const variables = new Variables();
  const translated = lookup.containers
    .map((container) => serviceOf(container, { lookup, variables, hashKey, labels }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));

  const document = {
    name: `${recording.project}-${recording.stack}`,
    services: Object.fromEntries(translated.map(({ name, service }) => [name, service])),
    networks: Object.fromEntries(
      lookup.networks.map((r) => [
        lookup.network(r.id),
        networkOf({ ...r.inputs, name: r.outputs.name ?? r.name }, labels),
      ]),
    ),
    volumes: Object.fromEntries([
      ...lookup.volumes.map(
        (r) => [lookup.volume(openedText(r.outputs.name ?? "")), volumeOf(r.outputs, labels)] as const,
      ),
      ...lookup.externalVolumes.map((name) => [name, { name, external: true }] as const),
    ]),
    configs: Object.assign({}, ...translated.map(({ files }) => files.configSources)),
    secrets: Object.assign({}, ...translated.map(({ files }) => files.secretSources)),
  };
  const sections = Object.entries(document).filter(
    ([, section]) => typeof section === "string" || Object.keys(section).length > 0,
  );
  const head = `# Written by \`npm run compose -- --stack ${recording.stack}\`; change the program, not this file. Secrets are elsewhere.\n`;
  return {
    yaml: head + toYaml(Object.fromEntries(sections)),
    variables: variables.values(),
    services: translated.map(({ name }) => name),
    images: [...new Set(translated.map(({ service }) => String(service.image)))].sort(),
    warnings: notContainers(recording),
  };
}

type Labels = Readonly<Record<string, string>>;

function networkOf({ name, driver, internal, options, labels, ...rest }: PropertyMap, more: Labels): object {
  refuseRest("network", name, rest);
  return {
    ...present({ name, driver, driver_opts: options }),
    ...(internal === true && { internal }),
    ...labelsOf(labels, more),
  };
}

function volumeOf({ name, driver, driverOpts, labels, mountpoint: _, ...rest }: PropertyMap, more: Labels): object {
  refuseRest("volume", name, rest);
  return { name, ...(driverOpts !== undefined && { driver, driver_opts: driverOpts }), ...labelsOf(labels, more) };
}

function labelsOf(labels: PropertyValue | undefined, more: Labels): object {
  const pairs = itemsOf(labels).map((item) => {
    const { label = "", value = "" } = isMap(item) ? item : {};
    return [openedText(label), openedText(value)];
  });
  const all = { ...Object.fromEntries(pairs), ...more };
  return Object.keys(all).length > 0 ? { labels: all } : {};
}

function refuseRest(what: string, name: PropertyValue | undefined, rest: PropertyMap): void {
  const foreign = Object.keys(rest)[0];
  if (foreign === undefined) return;
  throw new Error(
    `${what} "${openedText(name ?? "")}": "${foreign}" has no translation to Compose. Deploy with pulumi up, or remove it.`,
  );
}

/**
 * A key or address that a cloud provider would have made is a placeholder in a recording. A container that got one would start and never
 * deliver, so it is refused.
 */
function refuseForeignValues(recording: Recording, containers: readonly Registration[]): void {
  const foreign = new Map(recording.registrations.filter(isForeign).map((r) => [r.urn, r.type]));
  for (const { name, options } of containers) {
    const giver = (options.dependsOn ?? []).find((urn) => foreign.has(urn));
    if (giver !== undefined) refuseGiver(`container "${name}"`, foreign.get(giver) ?? giver);
  }
  const asked = recording.invocations.find(({ token }) => !token.startsWith("docker:"));
  if (asked !== undefined) refuseGiver("the program", asked.token);
}

function refuseGiver(who: string, giver: string): never {
  throw new Error(
    `${who} needs a value of ${giver}, which only its provider can give. Deploy with pulumi up, or choose a backend whose keys are config values.`,
  );
}

const composeMakes: ReadonlySet<string> = new Set([CONTAINER, NETWORK, VOLUME, IMAGE]);

function isForeign({ custom, type }: Registration): boolean {
  return custom && !composeMakes.has(type) && !withoutOwnWork.test(type);
}

/** Helpers of containers, which leave nothing to do by themselves. */
const withoutOwnWork = /^(docker:index\/remoteImage:RemoteImage$|random:|pulumi:providers:)/;

/** Dashboards, keys and alerts are made by providers, not by containers: said once per type. */
function notContainers({ registrations }: Recording): readonly string[] {
  const counts = Map.groupBy(registrations.filter(isForeign), (r) => r.type);
  return [...counts].map(
    ([type, list]) => `${type}: ${list.length} left out, Compose makes containers only. Use pulumi up for them.`,
  );
}
