/** One log record: an error of the page. */
export interface ErrorRecord {
  readonly body: string;
  readonly ids: { readonly traceId: string; readonly spanId: string };
  readonly attributes: Readonly<Record<string, string | number>>;
}

const MOST = 20;
const LONGEST = 4096;

/** Sends errors as OTLP/JSON: a page that throws in a loop sends its first 20 a minute. The SDK of logs would cost more than the rest together. */
export class Records {
  readonly #url: string;
  readonly #resource: Readonly<Record<string, string | boolean>>;
  #waiting: object[] = [];
  #timer: number | undefined;
  #sent = 0;
  readonly #reset: number;

  constructor(url: string, resource: Readonly<Record<string, string | boolean>>) {
    this.#url = url;
    this.#resource = resource;
    this.#reset = setInterval(() => {
      this.#sent = 0;
    }, 60_000);
  }

  add({ body, ids, attributes }: ErrorRecord): void {
    if (this.#sent >= MOST) return;
    this.#sent += 1;
    this.#waiting.push({
      timeUnixNano: `${Date.now()}000000`,
      severityNumber: 17,
      severityText: "ERROR",
      eventName: "browser.exception",
      body: otlpValue(body),
      attributes: listOf(attributes),
      ...ids,
      flags: 1,
    });
    this.#timer ??= setTimeout(() => this.#send(), 500);
  }

  stop(): void {
    clearTimeout(this.#timer);
    clearInterval(this.#reset);
    this.#waiting = [];
  }

  #send(): void {
    this.#timer = undefined;
    const logRecords = this.#waiting;
    this.#waiting = [];
    const scopeLogs = [{ scope: { name: "browser" }, logRecords }];
    const body = JSON.stringify({ resourceLogs: [{ resource: { attributes: listOf(this.#resource) }, scopeLogs }] });
    const headers = { "content-type": "application/json" };
    // Outlives the page; an error of its own is nobody's business.
    fetch(this.#url, { method: "POST", headers, body, keepalive: true }).catch(() => {});
  }
}

const listOf = (attributes: Readonly<Record<string, string | number | boolean>>) =>
  Object.entries(attributes).map(([key, value]) => ({ key, value: otlpValue(value) }));

function otlpValue(value: string | number | boolean): object {
  if (typeof value === "boolean") return { boolValue: value };
  return typeof value === "number" ? { intValue: Math.round(value) } : { stringValue: value.slice(0, LONGEST) };
}
