import type { ComposeService } from "./compose-project.ts";

/** How much memory a service gets, in MiB. Pure. */

/** What one without a limit in Compose gets. */
export const DEFAULT_MEMORY = 512;
/** What one of a program gets that does not start with so little. */
export const LARGE_MEMORY = 2048;

/** By the last part of an image's name. */
const LARGE =
  /(^|\/)(elasticsearch|opensearch|kibana|opensearch-dashboards|logstash|clickhouse(-server)?|cp-kafka|kafka|solr|ckan-solr|neo4j|cassandra|scylla|milvus|mssql\/server|keycloak|sonarqube|gitlab-[ce]e|jenkins|ollama|airflow|superset)(:|@|$)/;

const LEAST = 16;
const MOST = 65_536;

/** `images`: what it is made from. A heap that its variables or command give to Java is half of what it needs. */
export function memoryOf(
  { mem_limit, deploy, environment = {}, command }: ComposeService,
  images: readonly string[],
): number {
  const bytes = Number(mem_limit ?? deploy?.resources?.limits?.memory ?? 0);
  if (bytes > 0) return Math.min(MOST, Math.max(LEAST, Math.ceil(bytes / 2 ** 20)));
  const plain = images.some((image) => LARGE.test(image)) ? LARGE_MEMORY : DEFAULT_MEMORY;
  const heaps = [...Object.values(environment), ...(command ?? [])].flatMap((text) =>
    [...(text ?? "").matchAll(/-Xmx(\d+)([mg])\b/gi)].map(
      ([, size, unit]) => Number(size) * (unit?.toLowerCase() === "g" ? 1024 : 1),
    ),
  );
  return Math.min(MOST, Math.max(plain, ...heaps.map((heap) => 2 * heap)));
}
