/** Scrapes of encrypted targets, and of servers that hand on what others measured. */
import { at, listOf, recordOf, textOf, textsOf } from "../model.ts";
import type { Rule } from "../rule.ts";
import { jobsOf, relabellings } from "../scraping.ts";

/** Ports on which nothing is served without encryption. */
const ENCRYPTED = /:(443|6443|8443|10250|10257|10259)$/;
const PUSHES = /(^|[-.])push-?gateway([-.:]|$)|:9091$/;

const isSet = (value: unknown): boolean => Object.keys(recordOf(value)).length > 0;

export const encryptedScrapeRules: readonly Rule[] = [
  {
    id: "scraped-without-encryption",
    severity: "warning",
    explain:
      "A job asks by http unless scheme says https: what tls_config says is not used then, and a target that is encrypted answers with an error.",
    bad: "receivers:\n  prometheus: {config: {scrape_configs: [{job_name: a, tls_config: {ca_file: /tls/ca.crt}, static_configs: [{targets: ['app.example.com:9100']}]}]}}\n",
    good: "receivers:\n  prometheus: {config: {scrape_configs: [{job_name: a, scheme: https, tls_config: {ca_file: /tls/ca.crt}, static_configs: [{targets: ['app.example.com:9100']}]}]}}\n",
    *find(config) {
      for (const job of jobsOf(config)) {
        const { scheme, tls_config, http_sd_configs, relabel_configs } = recordOf(job.job);
        if (scheme !== undefined && scheme !== "http") continue;
        // each target may say it itself
        const isAsked = [...relabellings(job, "relabel_configs")].some(
          ({ item }) => item.target_label === "__scheme__",
        );
        if (isAsked || /__scheme__/.test(JSON.stringify(relabel_configs) ?? "")) continue;
        if (isSet(tls_config) && http_sd_configs === undefined)
          yield {
            path: [...job.path, "tls_config"],
            message: "scheme is http, so tls_config is not used",
            fix: "set scheme: https",
          };
        for (const [i, group] of listOf(at(job.job, "static_configs")).entries())
          for (const [j, target] of textsOf(at(group, "targets")).entries())
            if (ENCRYPTED.test(target) && !isSet(tls_config))
              yield {
                path: [...job.path, "static_configs", i, "targets", j],
                message: `${target} is encrypted, and the job asks by http`,
                fix: "set scheme: https",
              };
      }
    },
  },
  {
    id: "labels-of-the-server",
    severity: "warning",
    explain:
      "A federated server and a Pushgateway give series with the job and instance of those who measured: without honor_labels: true these become exported_job and exported_instance, and all are of one job and instance.",
    bad: "receivers:\n  prometheus: {config: {scrape_configs: [{job_name: federate, metrics_path: /federate, params: {'match[]': ['{job=\"a\"}']}, static_configs: [{targets: ['prometheus:9090']}]}]}}\n",
    good: "receivers:\n  prometheus: {config: {scrape_configs: [{job_name: federate, honor_labels: true, metrics_path: /federate, params: {'match[]': ['{job=\"a\"}']}, static_configs: [{targets: ['prometheus:9090']}]}]}}\n",
    *find(config) {
      for (const { job, path } of jobsOf(config)) {
        if (at(job, "honor_labels") === true || typeof at(job, "honor_labels") === "string") continue;
        const targets = listOf(at(job, "static_configs")).flatMap((group) => textsOf(at(group, "targets")));
        const isFederated = textOf(at(job, "metrics_path")) === "/federate";
        const isPushed = targets.some(
          (target) => PUSHES.test(target) && /push/i.test(`${target} ${textOf(at(job, "job_name"))}`),
        );
        // written back by relabelling
        if (/exported_(job|instance)/.test(JSON.stringify(at(job, "metric_relabel_configs")) ?? "")) continue;
        if (isFederated || isPushed)
          yield {
            path: isFederated ? [...path, "metrics_path"] : path,
            message: "job and instance of all series become those of the server that is asked",
            fix: "set honor_labels: true",
          };
      }
    },
  },
];
