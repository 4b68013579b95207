/**
 * Telemetry of a page's visitors: its load, web vitals, errors and requests. One file, served and taken in by the page's own nginx.
 * `data-consent="ask"`: nothing is measured or sent before the page calls `window.telemetry.consent()`; it remembers nothing.
 */
import { start, stop } from "./telemetry.ts";

declare global {
  interface Window {
    /** For the page: the visitor agreed, or withdrew. */
    telemetry?: { consent(): void; withdraw(): void };
  }
}

const own = document.currentScript;
if (window.telemetry === undefined && own instanceof HTMLScriptElement) {
  const page = own.dataset.traceparent ?? "";
  window.telemetry = { consent: () => start(page), withdraw: stop };
  if (own.dataset.consent !== "ask") start(page);
}
