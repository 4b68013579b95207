import type * as pulumi from "@pulumi/pulumi";
import { secretFile } from "../docker/container.ts";
import { password } from "../password.ts";
import { applicationUser } from "./application-user.ts";
import {
  commonParts,
  type Datastore,
  type Existing,
  hostPort,
  type Managed,
  required,
  Store,
  type StoreArgs,
  server,
  verification,
} from "./store.ts";

/** RabbitMQ's own ports, without and with TLS. */
const PORTS = { amqp: 5672, amqps: 5671, metrics: 15_692, metricsTls: 15_691 } as const;
/** The virtual host that a client takes where its URL names none. */
const DEFAULT_VHOST = "/";
const USER = "100:101";

/**
 * Each question starts an Erlang machine of 65 MiB below a shell. Docker gives a probe up after ten seconds and kills the shell alone, so on a machine that is slow
 * for a while the machines pile up until the kernel kills the broker. `timeout` ends all of a probe before that.
 */
const PROBE = ["timeout", "-s", "KILL", "8", "rabbitmq-diagnostics", "-q", "check_running"] as const;

/**
 * A RabbitMQ of our own.
 * Its Prometheus plugin is the vendor's way to metrics and asks for no user; it is reachable inside the network only.
 */
export function managedRabbitMq(args: StoreArgs<Managed<"rabbitmq">>): Datastore {
  const { config, scope } = args;
  const user = applicationUser(scope.namespace);
  return new Store("RabbitMq", "rabbitmq", { config }, make);

  function make(parent: pulumi.Resource): Datastore {
    const app = password("rabbitmq-app", parent, scope.protect);
    const container = server(
      "rabbitmq",
      args,
      {
        user: USER,
        env: {
          RABBITMQ_NODENAME: "rabbit@rabbitmq",
          // One scheduler that does not spin: a small broker otherwise burns a core while idle.
          RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: "+S 2:2 +sbwt none +sbwtdcpu none +sbwtdio none",
        },
        files: [
          secretFile(
            `/etc/rabbitmq/conf.d/90-${scope.namespace}.conf`,
            app.apply((p) => rabbitConf(config.memory, user, p)),
          ),
        ],
        dataPath: "/var/lib/rabbitmq",
        health: { command: PROBE, everySeconds: 15, startSeconds: 60 },
        stopSeconds: 60,
      },
      parent,
    );
    const at = { host: "rabbitmq", port: PORTS.amqp, user, password: app };
    return {
      parts: { ...commonParts(at), user, vhost: DEFAULT_VHOST },
      path: undefined,
      source: { kind: "rabbitmq", endpoint: hostPort("rabbitmq", PORTS.metrics) },
      secrets: {},
      ready: [container],
    };
  }
}

/** A RabbitMQ that exists, with its Prometheus plugin on. That plugin asks for no user, so there is none to create. */
export function existingRabbitMq(args: StoreArgs<Existing<"rabbitmq">>): Datastore {
  const { config, secret } = args;
  return new Store("ExistingRabbitMq", "rabbitmq", { server: config }, make);

  function make(): Datastore {
    const { host, user, vhost, metricsTls = config.tls } = config;
    const app = required(secret, "rabbitmqPassword", "rabbitmq.managed is false");
    const port = config.port ?? (config.tls ? PORTS.amqps : PORTS.amqp);
    const metricsPort = config.metricsPort ?? (metricsTls ? PORTS.metricsTls : PORTS.metrics);
    // Services bring the authority in their own images, so here it is for the metrics only.
    const { secrets, ...tls } = verification("rabbitmq", { config: { tls: metricsTls }, secret });
    const path = vhost === DEFAULT_VHOST ? undefined : vhost;
    const at = { host, port, user, password: app, ...(path !== undefined && { path }) };
    return {
      parts: { ...commonParts(at), user, vhost },
      path,
      source: { kind: "rabbitmq", endpoint: hostPort(host, metricsPort), ...tls },
      secrets,
      ready: [],
    };
  }
}

const rabbitConf = (memory: number, user: string, app: string): string => `default_user = ${user}
default_pass = ${app}
default_user_tags.administrator = false
default_permissions.configure = .*
default_permissions.read = .*
default_permissions.write = .*
vm_memory_high_watermark.absolute = ${Math.floor(memory * 0.6)}MiB
disk_free_limit.absolute = 50MB
log.console.level = warning
`;
