import { PROMETHEUS_OTLP_SECTION } from "../../dashboards/promoted-attributes.ts";
import { toYaml } from "../../formats/yaml.ts";
import { SLACK_SECONDS } from "../../pipeline/clock.ts";

/**
 * Configuration of Prometheus as an OTLP receiver.
 * After an outage the queue delivers samples older than the newest ones; without the out-of-order window they are refused for good.
 * @param alertmanager `host:port` that alerts are sent to, and that says how many it could not deliver; none: they are seen here only
 */
export const prometheusConfig = (latenessSeconds: number, alertmanager?: string): string =>
  toYaml(
    {
      global: { evaluation_interval: "15s" },
      rule_files: ["/etc/prometheus/rules.yml"],
      ...(alertmanager !== undefined && {
        alerting: { alertmanagers: [{ static_configs: [{ targets: [alertmanager] }] }] },
        scrape_configs: [
          {
            job_name: "alertmanager",
            scrape_interval: "30s",
            static_configs: [{ targets: [alertmanager] }],
            metric_relabel_configs: [
              { source_labels: ["__name__"], regex: "alertmanager_notifications(_failed)?_total", action: "keep" },
            ],
          },
        ],
      }),
      otlp: PROMETHEUS_OTLP_SECTION,
      storage: {
        tsdb: { out_of_order_time_window: `${latenessSeconds + SLACK_SECONDS}s` },
        exemplars: { max_exemplars: 20_000 },
      },
    },
    { aliasDuplicateObjects: false },
  );
