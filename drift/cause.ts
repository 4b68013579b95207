import { shortType } from "../offline/tree.ts";
import type { Drifted } from "./drifted.ts";

/** What happened to a resource, in the words of who has to decide about it. */
export interface Cause {
  readonly kind: "data" | "container" | "image" | "network" | "board" | "rule" | "key" | "other";
  /** `container game-scheduler-otel-prod-api`, `board Overview` */
  readonly what: string;
  /** `was removed by hand` */
  readonly happened: string;
  /** How to make the code say the same; empty where it should not. */
  readonly keep: string;
  /** How to have it again as it was deployed. */
  readonly undo: string;
}

type Kind = Cause["kind"];

/** The first that matches decides. */
const KINDS: readonly (readonly [RegExp, Kind])[] = [
  [/^docker:index\/volume:/, "data"],
  [/^docker:index\/(container|service):/, "container"],
  [/^docker:index\/remoteImage:/, "image"],
  [/^docker:index\/network:/, "network"],
  [/dashboard|board/i, "board"],
  [/rule|alert|trigger|slo\b|serviceLevel|muteTiming|contactPoint|notification|workflow|recipient|check:/i, "rule"],
  [/token|accessKey|apiKey|accessPolicy|serviceAccount|randomPassword/i, "key"],
];

/** Why a resource is not as it was deployed, as far as what differs can say it. */
export function causeOf(drifted: Drifted, stack: string): Cause {
  const kind = KINDS.find(([pattern]) => pattern.test(drifted.type))?.[1] ?? "other";
  const back = `pulumi up --refresh --stack ${stack}`;
  const { what, happened } = story(kind, drifted);
  const advice = adviceFor(kind, drifted, what);
  return { kind, what, happened, keep: advice.keep, undo: advice.undo.replace("UP", back) };
}

function story(kind: Kind, { type, name, how, properties, deployed, actual }: Drifted) {
  const called = typeof deployed.name === "string" ? deployed.name : name;
  if (how === "unwanted")
    return { what: `${shortType(type)} ${name}`, happened: "exists, and the code no longer has it" };
  const gone = how === "gone";
  switch (kind) {
    case "data":
      return { what: `volume ${called}`, happened: gone ? "was removed, and its data with it" : "was changed by hand" };
    case "container":
      return {
        what: `container ${called}`,
        happened: gone ? "was removed by hand" : containerStory({ properties, actual }),
      };
    case "image":
      return { what: `image ${called}`, happened: gone ? "is no longer on the engine" : "was built or pulled anew" };
    case "network":
      return { what: `network ${called}`, happened: gone ? "was removed by hand" : "was changed by hand" };
    case "board":
      return {
        what: `board ${titleOf(deployed) ?? name}`,
        happened: gone ? "was deleted in its UI" : "was edited in its UI",
      };
    case "rule":
      return {
        what: `${shortType(type)} ${called}`,
        happened: gone ? "was deleted in its UI" : "was edited in its UI",
      };
    case "key":
      return {
        what: `${shortType(type)} ${called}`,
        happened: gone ? "was revoked or deleted outside" : "was rotated or changed outside",
      };
    case "other":
      return { what: `${shortType(type)} ${called}`, happened: gone ? "was deleted outside" : "was changed outside" };
    default:
      return kind satisfies never;
  }
}

/** The provider says `mustRun: false` of a container that does not run. */
const isStopped = ({ properties, actual }: Pick<Drifted, "properties" | "actual">): boolean =>
  actual.mustRun === false && properties.some(({ path }) => path === "mustRun");

/** What the provider says of a container that does not run: it publishes nothing then. */
const OF_STOPPED = /^(mustRun|ports)\b/;

function containerStory(drifted: Pick<Drifted, "properties" | "actual">): string {
  const { properties } = drifted;
  if (isStopped(drifted))
    return properties.every(({ path }) => OF_STOPPED.test(path)) ? "is stopped" : "is stopped, and was changed by hand";
  return properties.some(({ path }) => path === "name") ? "was renamed by hand" : "was changed by hand";
}

/** A dashboard's own title, whatever the vendor calls the property that holds it. */
function titleOf(inputs: Drifted["deployed"]): string | undefined {
  const text = [inputs.configJson, inputs.json].find((each) => typeof each === "string");
  if (typeof text !== "string") return typeof inputs.name === "string" ? inputs.name : undefined;
  try {
    const { title, name } = JSON.parse(text);
    return title ?? name;
  } catch {
    return undefined;
  }
}

type Advice = Pick<Cause, "keep" | "undo">;

const CODE = "write it in Pulumi.<stack>.yaml or in the code";

/** A stopped container that publishes ports would be replaced: the provider reads none of it, and none can be added to a container. */
function adviceFor(kind: Kind, drifted: Drifted, what: string): Advice {
  if (drifted.how === "gone") return ADVICE_GONE[kind];
  const publishes = drifted.properties.some(({ path }) => /^ports\b/.test(path));
  if (kind !== "container" || !isStopped(drifted) || !publishes) return ADVICE_CHANGED[kind];
  return {
    keep: CODE,
    undo: `docker start ${what.replace("container ", "")}; UP replaces it, with what it wrote outside volumes`,
  };
}

const ADVICE_GONE: Readonly<Record<Kind, Advice>> = {
  data: { keep: "", undo: "restore its backup; UP makes an empty one" },
  container: { keep: "remove it from the stack's file", undo: "UP makes it again" },
  image: { keep: "", undo: "npm run images builds or pulls it, then UP" },
  network: { keep: "", undo: "UP makes it again, and the containers in it" },
  board: { keep: "remove it from the model (dashboards/boards)", undo: "UP makes it again" },
  rule: { keep: "remove it from the model (dashboards/alerts, dashboards/slos)", undo: "UP makes it again" },
  key: { keep: "", undo: "UP mints another, and whoever uses it gets that one" },
  other: { keep: "remove it from the code", undo: "UP makes it again" },
};

const ADVICE_CHANGED: Readonly<Record<Kind, Advice>> = {
  data: { keep: CODE, undo: "UP; look first whether it replaces the volume" },
  container: { keep: CODE, undo: "UP" },
  image: { keep: "deploy it: UP", undo: "give its tag to the image that was deployed" },
  network: { keep: CODE, undo: "UP; it replaces the containers in it" },
  board: {
    keep: "change the model (dashboards/boards, or your content pack)",
    undo: "UP writes the board of the model again",
  },
  rule: {
    keep: "change it in the model (dashboards/alerts, dashboards/slos)",
    undo: "UP writes that of the model again",
  },
  key: { keep: "", undo: "UP mints another where the old one no longer works; npm run credentials tries them" },
  other: { keep: CODE, undo: "UP" },
};
