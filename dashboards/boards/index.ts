import type { Board } from "../model/board.ts";
import { api } from "./api.ts";
import { bot } from "./bot.ts";
import { collector } from "./collector.ts";
import { daemons } from "./daemons.ts";
import { deploys } from "./deploys.ts";
import { frontend } from "./frontend.ts";
import { machine } from "./machine.ts";
import { messaging } from "./messaging.ts";
import { overview } from "./overview.ts";
import { postgres } from "./postgres.ts";
import { rabbitmq } from "./rabbitmq.ts";
import { redis } from "./redis.ts";

/** Every board, in the order a person looks at them. */
export const BOARDS: readonly Board[] = [
  overview,
  api,
  bot,
  messaging,
  daemons,
  postgres,
  redis,
  rabbitmq,
  frontend,
  machine,
  collector,
  deploys,
];
