import * as pulumi from "@pulumi/pulumi";
import { container } from "../docker/container.ts";
import type { Scope } from "../docker/scope.ts";
import { dataVolume } from "../docker/volume.ts";
import { password } from "../password.ts";
import type { Datastore } from "./datastore.ts";

const PORT = 5672;
const METRICS_PORT = 15_692;
const APP_USER = "game_scheduler";
const USER = "100:101";

export interface RabbitMqArgs {
  readonly scope: Scope;
  readonly network: pulumi.Input<string>;
  readonly image: string;
  /** Memory limit in MiB; at 60 % of it publishers are held back. */
  readonly memory: number;
}

/**
 * A RabbitMQ of our own.
 * Its Prometheus plugin is the vendor's way to metrics and asks for no user; it is reachable inside the network only.
 */
export class RabbitMq extends pulumi.ComponentResource implements Datastore {
  readonly login: Datastore["login"];
  readonly source: Datastore["source"];
  readonly secrets: Datastore["secrets"] = {};
  readonly ready: Datastore["ready"];

  constructor(name: string, args: RabbitMqArgs, opts?: pulumi.ComponentResourceOptions) {
    super("game-scheduler-otel:datastores:RabbitMq", name, args, opts);
    const app = password(`${name}-app`, this, args.scope.protect);
    const data = dataVolume(args.scope, name, this);
    const made = container(
      args.scope,
      {
        name,
        image: args.image,
        user: USER,
        networks: [args.network],
        env: {
          RABBITMQ_NODENAME: `rabbit@${name}`,
          // One scheduler that does not spin: a small broker otherwise burns a core while idle.
          RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: "+S 2:2 +sbwt none +sbwtdcpu none +sbwtdio none",
        },
        files: [
          {
            path: "/etc/rabbitmq/conf.d/90-game-scheduler.conf",
            content: app.apply((p) => rabbitConf(args.memory, p)),
            mode: "0400",
          },
        ],
        volumes: [{ volume: data.name, path: "/var/lib/rabbitmq" }],
        memory: args.memory,
        health: { command: ["rabbitmq-diagnostics", "-q", "check_running"], everySeconds: 15, startSeconds: 60 },
        stopSeconds: 60,
      },
      this,
    );
    this.login = pulumi.interpolate`${APP_USER}:${app}@${name}:${PORT}`;
    this.source = { kind: "rabbitmq", endpoint: `${name}:${METRICS_PORT}` };
    this.ready = [made];
    this.registerOutputs({ containerId: made.id });
  }
}

const rabbitConf = (memory: number, app: string): string => `default_user = ${APP_USER}
default_pass = ${app}
default_user_tags.administrator = false
default_permissions.configure = .*
default_permissions.read = .*
default_permissions.write = .*
vm_memory_high_watermark.absolute = ${Math.floor(memory * 0.6)}MiB
disk_free_limit.absolute = 50MB
log.console.level = warning
`;
