import { setImmediate as turn } from "node:timers/promises";
import { createBackends } from "./components/backends/index.ts";
import { createCollectors } from "./components/collectors.ts";
import { loggedContainers } from "./components/container-logs.ts";
import { stackContent } from "./components/content.ts";
import { checkedWorkload, withExpected } from "./components/cost.ts";
import { createDatastores } from "./components/datastores/index.ts";
import { deploymentOf } from "./components/deployment.ts";
import { markDeployment } from "./components/deployment-marker.ts";
import { onEngine, Scope } from "./components/docker/scope.ts";
import { createDockerApi } from "./components/docker-api.ts";
import { keepIdentities } from "./components/identities.ts";
import { imagesFrom } from "./components/images.ts";
import { Network } from "./components/network.ts";
import { observability } from "./components/observability.ts";
import { collectorConfig, privacySecrets } from "./components/pipeline.ts";
import { createServices, publishedServices } from "./components/services.ts";
import { collectorSources } from "./components/sources.ts";
import { sharedSources } from "./components/swarm/tier.ts";
import { topologyOf } from "./components/topology.ts";
import { loadConfig } from "./config/load.ts";

const config = withExpected(loadConfig());
keepIdentities(); // resources keep what they hold when a release calls them otherwise
const scope = new Scope(config);
onEngine(config);
const imageOf = imagesFrom(config);
const { content, facts } = await stackContent(config, scope); // boards, alerts, objectives of these services

const network = new Network("network", { scope });
const at = { scope, network: network.main };
const stores = await createDatastores({ ...at, config, imageOf }); // PostgreSQL, Redis, RabbitMQ: made here or existing
const logged = loggedContainers(scope, config, imageOf); // those that send no log records themselves
const workload = checkedWorkload(config, logged); // what it sends in a month, held against free tiers and budget
const dockerApi = createDockerApi(config, { scope, image: imageOf("nginx"), logged });
await turn(); // these are sent: the engine starts the providers' plugins while the rest is made
const shown = observability(config, content); // boards, alert rules, objectives, and who is notified
const backends = await createBackends(config.backends, { scope, config, imageOf, shown });
const delivery = backends.flatMap((backend) => backend.network ?? []); // networks of backends on this machine, for the collector alone

const secrets = Object.assign({}, privacySecrets(config), stores.secrets, ...backends.map((each) => each.secrets));
const given = {
  sources: collectorSources(scope, config, stores.sources, dockerApi?.source),
  containerLogs: dockerApi?.logs,
  backends: backends.map((backend) => backend.profile),
  secrets: Object.keys(secrets),
};
const pipeline = collectorConfig(config, { ...given, sources: sharedSources(config, given.sources) });
const collector = createCollectors(config, { ...at, delivery, pipeline, given, secrets, dockerApi });
const containers = createServices(config, { ...at, stores });
const deployment = deploymentOf(config, pipeline);
const deployed = scope.onceHealthy([collector, ...containers]);
markDeployment(config, { ...at, deployment, after: deployed });
for (const backend of backends) backend.mark?.(deployment, deployed);

/** Pages a person opens, by what is to be seen there. */
export const links = Object.assign({}, ...backends.map((backend) => backend.links));
/** What pages in a browser send with: the address of a Grafana Cloud app, the browser key of New Relic. */
export const browser = Object.assign({}, ...backends.map((backend) => backend.browser ?? {}));
/** How `npm run verify` asks each backend. */
export const query = backends.flatMap((backend) => backend.query ?? []);
/** What all telemetry calls its environment; how the application is used for a proof (none: not at all). */
export const { environment, drive } = config;
/** Which services send telemetry to it, whom they call, and what the collector measures: what must arrive. */
export const { services, sources, containerLogs } = topologyOf(config, logged);
/** What boards, alerts and objectives follow from, as `npm run boards`; what the cost of a month follows from, as `npm run cost`. */
export { facts, workload };
export const published = publishedServices(config.services, scope);
export const collectorHealth = collector.healthUrl;
