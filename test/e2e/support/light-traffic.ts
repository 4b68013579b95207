import { setTimeout as sleep } from "node:timers/promises";

/**
 * A request through nginx every half second, every tenth of which creates a game, whatever is answered: people do not stop
 * clicking because something is broken. The games' titles begin with the given word. The returned function ends it.
 */
export function lightTraffic(frontend: string, titled: string): () => Promise<void> {
  let over = false;
  const sending = (async () => {
    for (let sent = 0; !over; sent++) {
      const creates = sent % 10 === 0;
      await fetch(`${frontend}/api/games`, {
        signal: AbortSignal.timeout(10_000),
        ...(creates && {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify({ title: `${titled} traffic ${sent}`, starts_in_seconds: 86_400 }),
        }),
      })
        .then((response) => response.arrayBuffer())
        .catch(() => undefined);
      await sleep(500);
    }
  })();
  return async () => {
    over = true;
    await sending;
  };
}
