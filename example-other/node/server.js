// CommonJS, so that the hook of --require sees every package; an ES module needs OpenTelemetry's loader as well.
const { createServer } = require("node:http");
const express = require("express");
const pino = require("pino");
const { Scans } = require("./scans.js");

const { WEB_URL = "http://web:8000", RABBITMQ_URL, PORT = "7000" } = process.env;
const log = pino();
const scans = new Scans(RABBITMQ_URL, log);
const app = express().disable("x-powered-by").use(express.json());

/** Hands a request on to `web` and its answer back. */
async function forward(response, path, init) {
  const answer = await fetch(`${WEB_URL}${path}`, { signal: AbortSignal.timeout(5000), ...init });
  response.status(answer.status).json(await answer.json());
}

app.get("/parcels", (_request, response) => forward(response, "/parcels"));
app.get("/parcels/:code", ({ params }, response) => forward(response, `/parcels/${encodeURIComponent(params.code)}`));
app.post("/parcels", async (request, response) => {
  const body = JSON.stringify(request.body ?? {});
  await forward(response, "/parcels", { method: "POST", body, headers: { "content-type": "application/json" } });
  log.info("parcel registered");
});
app.post("/parcels/:code/scans", async ({ params, body }, response) => {
  await scans.publish({ code: params.code, place: String(body?.place ?? "somewhere") });
  log.info("scan published");
  response.status(202).json({ accepted: true });
});
app.use((error, _request, response, _next) => {
  log.error({ err: error.message }, "request failed");
  response.status(503).json({ detail: "try again later" });
});

// Health checks are answered in front of Express, so that they leave one span, which the collector drops.
const server = createServer((request, response) =>
  request.url === "/health" ? response.end("ok\n") : app(request, response),
);
void scans.connect();
server.listen(Number(PORT), "0.0.0.0", () => log.info("listening"));
process.on("SIGTERM", () => {
  server.close(() => process.exit(0));
  // What the exporters still hold is sent by the SDK meanwhile.
  setTimeout(() => process.exit(0), 5000).unref();
});
