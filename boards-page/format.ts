import type { Unit } from "../dashboards/model/signal.ts";

/** A number as a person reads it, with its unit: `1.2 s`, `340 ms`, `12.5 %`, `3.4 GB`. */
export const formatValue = (value: number, unit: Unit): string => FORMATS[unit](value);

const perSecond = (value: number): string => `${plain(value)}/s`;

const FORMATS: Readonly<Record<Unit, (value: number) => string>> = {
  s: seconds,
  ms: (value) => seconds(value / 1000),
  bytes,
  "bytes/s": (value) => `${bytes(value)}/s`,
  share: (value) => `${plain(value * 100)} %`,
  percent: (value) => `${plain(value)} %`,
  "requests/s": perSecond,
  "messages/s": perSecond,
  "operations/s": perSecond,
  "spans/s": perSecond,
  "records/s": perSecond,
  "per minute": (value) => `${plain(value)}/min`,
  count: plain,
  cores: plain,
  state: plain,
};

function seconds(value: number): string {
  const size = Math.abs(value);
  if (size === 0) return "0 s";
  if (size < 0.001) return `${plain(value * 1e6)} µs`;
  if (size < 1) return `${plain(value * 1000)} ms`;
  if (size < 120) return `${plain(value)} s`;
  if (size < 7200) return `${plain(value / 60)} min`;
  if (size < 172_800) return `${plain(value / 3600)} h`;
  return `${plain(value / 86_400)} d`;
}

function bytes(value: number): string {
  const units = ["B", "kB", "MB", "GB", "TB", "PB"];
  let size = value;
  let unit = 0;
  while (Math.abs(size) >= 1000 && unit < units.length - 1) {
    size /= 1000;
    unit += 1;
  }
  return `${plain(size)} ${units[unit]}`;
}

function plain(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e9) return `${short(value / 1e9)} G`;
  if (size >= 1e6) return `${short(value / 1e6)} M`;
  if (size >= 1e4) return `${short(value / 1e3)} k`;
  return short(value);
}

/** Three digits are as many as anyone reads. */
function short(value: number): string {
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size < 0.001) return value.toExponential(0);
  return String(Number(value.toPrecision(size >= 100 ? Math.floor(Math.log10(size)) + 1 : 3)));
}

const TWO_MINUTES = 120_000;
const TWENTY_HOURS = 72_000_000;

/** A moment on an axis of that length, both in milliseconds: as short as it can be told from its neighbours. */
export function timeLabel(at: number, length: number): string {
  const time = new Date(at);
  const two = (number: number): string => String(number).padStart(2, "0");
  const minutes = `${two(time.getHours())}:${two(time.getMinutes())}`;
  if (length < TWO_MINUTES) return `${minutes}:${two(time.getSeconds())}`;
  return length < TWENTY_HOURS ? minutes : `${two(time.getMonth() + 1)}-${two(time.getDate())} ${minutes}`;
}

/** Time of day in UTC, for a page that is read anywhere. */
export function clock(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(11, 19);
}

export function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
