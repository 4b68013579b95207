import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import type { BackendKind } from "../../../vendors/kinds.ts";
import { on, owned } from "./cases.ts";

const EXPORT_ONLY = ["datadog", "elastic", "otlp"] as const;

const exporters = async (kind: BackendKind): Promise<Record<string, Record<string, unknown>>> =>
  parse((await on(kind)).container("collector").files["/etc/otelcol/config.yaml"] ?? "").exporters;

export function exportOnlyTests(): void {
  describe("export-only backends", () => {
    test.each(EXPORT_ONLY)("%s owns no resource anywhere", async (kind) => {
      expect(owned(await on(kind), kind)).toEqual([]);
    });

    test("Datadog gets each signal at its site, within the limits of that signal, with the key from a file", async () => {
      const all = await exporters("datadog");
      expect(Object.keys(all)).toEqual([
        "otlp_http/datadog-traces",
        "otlp_http/datadog-metrics",
        "otlp_http/datadog-logs",
      ]);
      for (const exporter of Object.values(all)) {
        expect(exporter.endpoint).toBe("https://otlp.datadoghq.eu");
        expect(exporter.headers).toMatchObject({ "dd-api-key": "${file:/run/secrets/datadog-api-key}" });
      }
      expect(all["otlp_http/datadog-metrics"]?.sending_queue).toMatchObject({ batch: { max_size: 450_000 } });
    });

    test("Elastic gets everything with an ApiKey header", async () => {
      expect((await exporters("elastic"))["otlp_http/elastic"]).toMatchObject({
        endpoint: "https://otlp.elastic.example",
        headers: { authorization: "ApiKey ${file:/run/secrets/elastic-api-key}" },
      });
    });

    test("any OTLP endpoint is reached with a secret header and a client certificate", async () => {
      expect((await exporters("otlp"))["otlp_http/otlp"]).toMatchObject({
        headers: { authorization: "${file:/run/secrets/otlp-auth}" },
        tls: {
          ca_file: "/run/secrets/otlp-ca",
          cert_file: "/run/secrets/otlp-client-certificate",
          key_file: "/run/secrets/otlp-client-key",
        },
      });
    });
  });
}
