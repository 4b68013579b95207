import { stringify } from "yaml";

/** Resource attributes that become labels of every series, so that queries need no join with target_info. */
const PROMOTED = [
  "service.name",
  "service.namespace",
  "service.instance.id",
  "service.version",
  "deployment.environment.name",
  "host.name",
  "container.name",
  "container.image.name",
  "postgresql.database.name",
  "postgresql.schema.name",
  "postgresql.table.name",
  "postgresql.index.name",
];

/**
 * Configuration of Prometheus as an OTLP receiver.
 * After an outage the queue delivers samples older than the newest ones; without the out-of-order window they are refused for good.
 */
export const prometheusConfig = (latenessSeconds: number): string =>
  stringify({
    global: { evaluation_interval: "15s" },
    otlp: { promote_resource_attributes: PROMOTED },
    storage: { tsdb: { out_of_order_time_window: `${latenessSeconds + 1800}s` }, exemplars: { max_exemplars: 20_000 } },
  });
