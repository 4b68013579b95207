import type { Change } from "../offline/compare.ts";
import { shortType } from "../offline/tree.ts";
import { qualifiedType } from "../offline/urn.ts";

/** One step of an upgrade in the words of who has to live with it. */
export interface Consequence {
  readonly step: Change["step"];
  /** `service api`, `PostgreSQL`, `grafana:oss:Dashboard overview` */
  readonly what: string;
  /** Which of its settings differ; empty where it is created or deleted. */
  readonly why: string;
  /** What is away meanwhile; empty where nothing is. */
  readonly meanwhile: string;
}

const CONTAINER = "docker:index/container:Container";
const NAMED = 4;

/** @returns undefined for what has no consequence of its own: an image is only read */
export function consequenceOf(change: Change): Consequence | undefined {
  const { step, registration } = change;
  const { type, name } = registration;
  if (type === "docker:index/remoteImage:RemoteImage") return undefined;
  if (type !== CONTAINER) return { step, what: `${shortType(type)} ${name}`, why: reason(change), meanwhile: "" };
  const { what, meanwhile } = containerOf(change);
  const restarts = step === "replace" || step === "delete";
  return { step, what, why: reason(change), meanwhile: restarts ? meanwhile : "" };
}

/** A container by the component that it belongs to. */
function containerOf({ registration: { urn, name } }: Change): Pick<Consequence, "what" | "meanwhile"> {
  const owners = qualifiedType(urn);
  const belongsTo = (component: string) => owners.includes(`:${component}$`);
  if (belongsTo("components:Service"))
    return { what: `service ${name}`, meanwhile: "restarts: away until its new container runs" };
  if (owners.includes(":datastores:"))
    return { what: `store ${name}`, meanwhile: "restarts: clients connect again; its data stays on its volume" };
  if (belongsTo("components:Collector"))
    return {
      what: "the collector",
      meanwhile: "senders try again, and its queue stays on its volume: nothing is lost",
    };
  if (owners.includes(":backends:"))
    return { what: `backend ${name}`, meanwhile: "restarts: the collector's queue keeps what arrives; its data stays" };
  if (belongsTo("components:DeploymentMarker")) return { what: "the deployment marker", meanwhile: "" };
  if (belongsTo("components:Instrumentation"))
    return {
      what: "the instrumentation",
      meanwhile: "fills its new volume once; the services that use it are away meanwhile",
    };
  return { what: `container ${name}`, meanwhile: "restarts" };
}

/** What differs, each place once, in the words of Docker where it is a container. */
function reason({ step, properties }: Change): string {
  if (step === "create" || step === "delete") return "";
  const places = [...new Set(properties.map(({ path }) => place(path)))];
  if (places.length === 0) return "a network or volume that it uses is replaced";
  const more = places.length - NAMED;
  return more > 0 ? `${places.slice(0, NAMED).join(", ")} and ${more} more` : places.join(", ");
}

function place(path: string): string {
  const [, head = path, key] = /^([^.[ ]+)(?:\[([^\]]+)\])?/.exec(path) ?? [];
  const folder = key?.slice(0, key.lastIndexOf("/"));
  switch (head) {
    case "envs":
      // a long assignment is kept as its hash, which has no name
      return key === undefined || /^\d+$/.test(key) ? "environment" : `variable ${key}`;
    case "uploads":
      return folder?.includes("boards") ? `boards in ${folder}` : `file ${key}`;
    case "volumes":
      return `mount ${key}`;
    case "networksAdvanced":
      return "networks";
    default:
      return head;
  }
}
