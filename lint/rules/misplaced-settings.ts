/** Settings that stand one level too deep, where any name is taken. */
import { at, recordOf, wordOf } from "../model.ts";
import type { Rule } from "../rule.ts";

/** Keys of exporters that no header, label or parameter is named after. */
const SETTINGS =
  /^(timeout|compression|encoding|endpoint|insecure|insecure_skip_verify|read_buffer_size|write_buffer_size|proxy_url|max_idle_conns(_per_host)?|idle_conn_timeout|balancer_name|wait_for_ready|keepalive|tls|auth|authenticator|sending_queue|retry_on_failure|max_elapsed_time|initial_interval|queue_size|num_consumers|ca_file|cert_file|key_file|disable_keep_alives|force_attempt_http2|resource_to_telemetry_conversion|add_metric_suffixes|target_info|traces_endpoint|metrics_endpoint|logs_endpoint)$/;
/** Mappings of exporters whose names are free. */
const FREE = ["headers", "external_labels", "const_labels"] as const;
/** Keys that may be a header or a label after all, where they stand beside others of this kind. */
const IS_LABEL = /^(endpoint|timeout|encoding)$/;

export const misplacedSettingRules: readonly Rule[] = [
  {
    id: "setting-among-headers",
    severity: "error",
    explain:
      "Below headers and labels any name is taken: a setting that is indented one level too deep is sent as a header, or written as a label, and the exporter keeps its default.",
    bad: "exporters:\n  otlphttp: {endpoint: 'https://a.example', headers: {x-team: '${env:KEY}', timeout: 60s, compression: zstd}}\n",
    good: "exporters:\n  otlphttp: {endpoint: 'https://a.example', headers: {x-team: '${env:KEY}'}, timeout: 60s, compression: zstd}\n",
    *find(config) {
      for (const { settings, path } of config.of("exporter"))
        for (const below of FREE)
          for (const [name, value] of Object.entries(recordOf(settings[below]))) {
            if (!SETTINGS.test(name) || at(settings, name) !== undefined) continue;
            // a label endpoint, or timeout, may be meant: a duration or an address is not
            if (below !== "headers" && IS_LABEL.test(name) && !/^\d+(ms|s|m)$|:\/\//.test(wordOf(value ?? "")))
              continue;
            yield {
              path: [...path, below, name],
              message: `${name} is taken for one of the ${below === "headers" ? "headers" : "labels"}`,
              fix: `write it beside ${below}, one level higher`,
            };
          }
    },
  },
];
