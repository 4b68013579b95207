import * as pulumi from "@pulumi/pulumi";

const LOOKS_SECRET = /^(proxy-)?authorization$|cookie|api-?key|token|secret|password/i;

/**
 * Plain configuration is no place for credentials: it is committed, printed and shown in previews.
 * @throws pulumi.RunError naming the key, for an address with a password in it or a plain header that carries a credential.
 */
export function refusePlainCredentials(
  addresses: Readonly<Record<string, string | undefined>>,
  headers: Readonly<Record<string, string>>,
): void {
  for (const [key, address] of Object.entries(addresses)) {
    if (address === undefined || new URL(address).username === "") continue;
    throw new pulumi.RunError(
      `otlp.${key}: holds a user or password, and it is not secret there. Take it out and set it with: pulumi config set --secret otlpAuth (Basic and the base64 of user:password)`,
    );
  }
  const header = Object.keys(headers).find((name) => LOOKS_SECRET.test(name));
  if (header === undefined) return;
  throw new pulumi.RunError(
    `otlp.headers.${header}: looks like a credential, and it is not secret there. Set otlp.authHeader to ${header} and the value with: pulumi config set --secret otlpAuth`,
  );
}

/**
 * An address as an exporter of OTLP over HTTP takes it.
 * @throws pulumi.RunError naming the key, for the port of gRPC and for a path that would be appended once more
 */
export function refuseOtherProtocols(addresses: Readonly<Record<string, string | undefined>>): void {
  for (const [key, address] of Object.entries(addresses)) {
    if (address === undefined) continue;
    const mend = (to: string) => `Set it with: pulumi config set --path otlp.${key} ${to}`;
    if (/^https?:\/\/[^/]*:4317(\/|$)/i.test(address))
      throw new pulumi.RunError(
        `otlp.${key}: ${JSON.stringify(address)} is the port of OTLP over gRPC, and telemetry is sent over HTTP, usually to 4318. ${mend(address.replace(":4317", ":4318"))}`,
      );
    const path = /\/v1\/(?:traces|metrics|logs)\/?$/.exec(address)?.[0];
    if (key === "endpoint" && path !== undefined)
      throw new pulumi.RunError(
        `otlp.endpoint: ${JSON.stringify(address)} ends with ${path}, which is appended to it for each signal. ${mend(address.slice(0, -path.length))}`,
      );
  }
}
