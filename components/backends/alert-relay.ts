import * as pulumi from "@pulumi/pulumi";
import type { Contact } from "../contact.ts";
import { secretFile } from "../docker/container.ts";
import { type OnThisMachine, part } from "./part.ts";
import { nginxConf, RESOLVER_COMMAND } from "./read-only.ts";

const PORT = 9095;
const CONFIG = "/etc/alert-relay/nginx.conf";

/** The name that it has in the network of stores alone, and listens at: by its other network everyone on the engine's machine would post in our name. */
const INSIDE = "alert-relay-api";

/**
 * Forwards what is posted to it inside the network of stores to the contact, and nothing else. So the container that notifies needs no network that
 * leads outside, through which everyone on the engine's machine could reach it.
 * @returns the contact as it is reached inside
 */
export function alertRelay(at: OnThisMachine, contact: Contact, parent: pulumi.Resource): Contact {
  if (contact.kind === "email") throw new Error("A relay of webhooks sends no e-mail.");
  part(
    at,
    {
      image: "nginx",
      name: "alert-relay",
      place: "sender",
      aliases: [INSIDE],
      user: "101:101",
      command: ["sh", "-c", `${RESOLVER_COMMAND} && exec nginx -c ${CONFIG} -g "daemon off;"`],
      files: [
        secretFile(
          CONFIG,
          contact.url.apply((url) => relayNginx(addressIn(url))),
        ),
      ],
      memory: 16,
    },
    parent,
  );
  return { kind: contact.kind, url: pulumi.output(`http://${INSIDE}:${PORT}/`) };
}

/** A preview may know no secret. @throws pulumi.RunError, which does not repeat the secret */
function addressIn(url: string): string {
  if (/^https?:\/\//i.test(url) && URL.canParse(url)) return url;
  if (pulumi.runtime.isDryRun()) return "https://not-known.invalid/";
  throw new pulumi.RunError(
    "alertWebhook: not an address. Allowed: a URL that begins with https:// or http://. Set it with: pulumi config set --secret alertWebhook",
  );
}

/** A whole nginx.conf, once `RESOLVER_COMMAND` ran: every request goes to that one address. Pure. @param url of a webhook, which is a secret */
export function relayNginx(url: string): string {
  const { protocol, host, pathname, search, username, password } = new URL(url);
  // nginx takes a dollar for the begin of a variable; what else would end a quoted text, a URL has encoded by now
  const to = `${protocol}//${host}${pathname}${search}`.replaceAll("$", "%24");
  const login = [username, password].map(decodeURIComponent).join(":");
  const authorization = login === ":" ? '""' : `"Basic ${Buffer.from(login).toString("base64")}"`;
  const http = `  server {
    listen ${INSIDE}:${PORT};
    client_max_body_size 8m;
    location / {
      set $to "${to}";
      proxy_pass $to;
      proxy_http_version 1.1;
      proxy_set_header Host "${host}";
      proxy_set_header Connection "";
      proxy_set_header Authorization ${authorization};
      proxy_ssl_server_name on;
      proxy_ssl_verify on;
      proxy_ssl_verify_depth 5;
      proxy_ssl_trusted_certificate /etc/ssl/certs/ca-certificates.crt;
      proxy_connect_timeout 10s;
      proxy_read_timeout 30s;
    }
  }
`;
  // an address in the log would be the secret
  return nginxConf(http, "emerg");
}
