const amqp = require("amqplib");

const queue = "parcel-scans";
const pauseMs = 1000;

/** Publishes scans of parcels, over a connection that is made anew when it breaks. */
class Scans {
  #url;
  #log;
  #channel;

  constructor(url, log) {
    this.#url = url;
    this.#log = log;
  }

  /** Connects, however long the broker takes to start. The connection's errors may quote its password: their code must do. */
  async connect() {
    for (;;) {
      try {
        const connection = await amqp.connect(this.#url);
        connection.on("error", () => undefined);
        connection.on("close", () => {
          this.#channel = undefined;
          void this.connect();
        });
        const channel = await connection.createConfirmChannel();
        await channel.assertQueue(queue, { durable: true });
        this.#channel = channel;
        return;
      } catch (error) {
        this.#log.warn({ code: error.code }, "RabbitMQ cannot be reached yet");
        await new Promise((resolve) => setTimeout(resolve, pauseMs));
      }
    }
  }

  /** Resolves when the broker has confirmed the scan; rejects while it cannot be reached. */
  publish(scan) {
    const channel = this.#channel;
    if (channel === undefined) return Promise.reject(new Error("RabbitMQ cannot be reached"));
    return new Promise((resolve, reject) => {
      const body = Buffer.from(JSON.stringify(scan));
      channel.sendToQueue(queue, body, { persistent: true, contentType: "application/json" }, (error) =>
        error ? reject(error) : resolve(),
      );
    });
  }
}

module.exports = { Scans };
