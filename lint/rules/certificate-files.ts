/** Files of certificates and keys that stand in each other's place. */
import { isPublic } from "../address.ts";
import { textOf, wordOf } from "../model.ts";
import type { Rule } from "../rule.ts";

const IS_KEY = /(^|[/._-])(key|privkey|private)(\.(pem|der))?$|\.key$/i;
const IS_CERTIFICATE = /\.(crt|cer|cert)$|(^|[/._-])(cert|fullchain|certificate|ca|chain|bundle)(\.(pem|der))?$/i;

export const certificateFileRules: readonly Rule[] = [
  {
    id: "certificate-and-key",
    severity: "error",
    explain:
      "cert_file and ca_file are certificates, key_file is the key: exchanged, none of them can be read and the collector does not start.",
    bad: "exporters:\n  otlp: {endpoint: 'a.example:4317', tls: {cert_file: /tls/client.key, key_file: /tls/client.crt}}\n",
    good: "exporters:\n  otlp: {endpoint: 'a.example:4317', tls: {cert_file: /tls/client.crt, key_file: /tls/client.key}}\n",
    *find({ scalars }) {
      for (const { path, value } of scalars) {
        const key = wordOf(path.at(-1));
        const isOfCertificate = /^(cert_file|ca_file|client_ca_file)$/.test(key);
        if (!isOfCertificate && key !== "key_file") continue;
        const file = textOf(value).trim();
        if (file.includes("${")) continue;
        const isWrong = isOfCertificate
          ? IS_KEY.test(file) && !IS_CERTIFICATE.test(file)
          : IS_CERTIFICATE.test(file) && !IS_KEY.test(file);
        if (isWrong)
          yield {
            path,
            message: `${file} is a ${isOfCertificate ? "key" : "certificate"} by its name`,
            fix: isOfCertificate ? "name the certificate" : "name the key",
          };
      }
    },
  },
  {
    id: "token-asked-in-plain",
    severity: "warning",
    explain:
      "Who gives out tokens is asked with the client's secret: without encryption anybody between can read both.",
    bad: "extensions:\n  oauth2client: {client_id: a, client_secret: '${env:S}', token_url: 'http://login.example.com/token'}\n",
    good: "extensions:\n  oauth2client: {client_id: a, client_secret: '${env:S}', token_url: 'https://login.example.com/token'}\n",
    *find(config) {
      for (const { settings, path } of config.of("extension", "oauth2client", "oidc"))
        for (const key of ["token_url", "issuer_url"]) {
          const address = textOf(settings[key]);
          if (address.startsWith("http://") && isPublic(address))
            yield { path: [...path, key], message: `${address} is not encrypted`, fix: "write https://" };
        }
    },
  },
];
