/** Whether a configuration is of a collector that many services send to, by what the file says of it. Pure. */
import { isRemote } from "./address.ts";
import { roleInWords } from "./comments.ts";
import { listenersOf } from "./listeners.ts";
import { at, type Component, type Config, type Pipeline, placesOf, recordOf, textOf } from "./model.ts";

/** Receivers that services and other collectors send to. */
export const SHARED = /^(otlp|jaeger|zipkin|kafka|loadbalancing|otelarrow|opencensus|skywalking|datadog)$/;

const isUsed = (config: Config, { id }: Component): boolean => config.using("receivers", id).length > 0;

/** By its mode, by the words of its first comment, by traces that are held back until they are whole, or by senders who show who they are. */
export function isGateway(config: Config): boolean {
  if (config.mode !== undefined) return /^(deployment|statefulset)$/.test(config.mode);
  const role = roleInWords(config.comments);
  return role === "gateway" || (role !== "agent" && (holdsTraces(config) || takesOthers(config)));
}

const holdsTraces = (config: Config): boolean =>
  config.pipelines.some((pipeline) => placesOf(config, pipeline, "tailsampling", "groupbytrace").length > 0);

const isFar = (endpoint: unknown): boolean => !/^(localhost|127\.|\[::1\]|unix:|$)/.test(textOf(endpoint));

/** Whether all that is received comes over the network from senders who show who they are: an agent's neighbours do not. */
function takesOthers(config: Config): boolean {
  const used = config.of("receiver").filter((one) => isUsed(config, one));
  return (
    used.length > 0 &&
    used.every(({ type }) => SHARED.test(type)) &&
    used.some(({ settings }) =>
      Object.values(recordOf(settings.protocols)).some((one) => isFar(at(one, "endpoint")) && isGuarded(one)),
    )
  );
}

const isGuarded = (protocol: unknown): boolean =>
  at(protocol, "tls", "client_ca_file") !== undefined || at(protocol, "auth") !== undefined;

/**
 * Pipelines that take what others send over the network and send it on, in a collector that is evidently a gateway: it says so itself, or was made for more
 * than a trial. None elsewhere: a small collector may do without what these need.
 */
export function busyPipelines(config: Config): readonly Pipeline[] {
  const role = roleInWords(config.comments);
  if (/^(daemonset|sidecar)$/.test(config.mode ?? "") || role === "agent") return [];
  const open = new Set(
    listenersOf(config).flatMap(({ component: { role, id }, host }) =>
      role === "receiver" && isFar(`${host}:`) ? [id] : [],
    ),
  );
  const fed = config.pipelines.filter(
    ({ receivers, exporters }) =>
      receivers.some((id) => open.has(id)) &&
      exporters.some((id) => !/^(debug|logging|nop|file)$/.test(config.typeIn(id))),
  );
  if (role === "gateway") return fed;
  return fed.length > 1 && isRemote(config) && signsOfUse(config) > 2 ? fed : [];
}

/** How many things a file has that nobody writes for a trial. */
function signsOfUse(config: Config): number {
  const has = (sign: boolean): number => (sign ? 1 : 0);
  const protocols = config
    .of("receiver")
    .filter((one) => isUsed(config, one))
    .flatMap(({ settings }) => Object.values(recordOf(settings.protocols)));
  return (
    has(config.pipelines.some((pipeline) => placesOf(config, pipeline, "batch").length > 0)) +
    has(config.of("exporter").some(({ settings }) => settings.sending_queue !== undefined)) +
    has(config.extensions.some((id) => /^healthcheck/.test(config.typeIn(id)))) +
    has(config.of("processor", "k8sattributes", "resourcedetection").length > 0) +
    has(protocols.some((one) => isGuarded(one) || at(one, "max_recv_msg_size_mib") !== undefined))
  );
}

/** Whether all that is received comes from this machine or pod: every address that is listened on is local. */
export function takesNeighboursOnly(config: Config): boolean {
  const protocols = config
    .of("receiver")
    .filter((one) => isUsed(config, one) && SHARED.test(one.type))
    .flatMap(({ settings }) => Object.values(recordOf(settings.protocols)));
  return (
    protocols.length > 0 &&
    protocols.every(
      (one) => at(one, "transport") === "unix" || (at(one, "endpoint") !== undefined && !isFar(at(one, "endpoint"))),
    )
  );
}
