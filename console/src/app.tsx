import { useCallback, useEffect, useMemo, useState } from "react";
import type { ConsoleStack } from "../../dashboards/render/console/stack.ts";
import { Failed, Loading } from "./parts/states.tsx";
import { Toolbar } from "./parts/toolbar.tsx";
import { reasonOf } from "./stores.ts";
import { lengthOf, spanOf } from "./time.ts";
import { addressOf, placeOf } from "./url.ts";
import { type Shared, SharedContext, useLink, useShared } from "./use.ts";
import { Alerts, useFiring } from "./views/alerts.tsx";
import { Boards } from "./views/boards.tsx";
import { Compare } from "./views/compare.tsx";
import { Logs } from "./views/logs.tsx";
import { ServiceMap } from "./views/map.tsx";
import { Metrics } from "./views/metrics.tsx";
import { Proof } from "./views/proof.tsx";
import { TraceView } from "./views/trace.tsx";
import { Traces } from "./views/traces.tsx";

const VIEWS = {
  boards: "Boards",
  traces: "Traces",
  logs: "Logs",
  metrics: "Metrics",
  map: "Map",
  alerts: "Alerts",
  proof: "Proof",
};

/** The whole page, once it knows which stack it shows. */
export function App() {
  const [stack, setStack] = useState<ConsoleStack>();
  const [reason, setReason] = useState<string>();
  useEffect(() => {
    fetch("/stack.json")
      .then((answer) => {
        if (!answer.ok)
          throw new Error(`this console was not told which stack it shows (stack.json: ${answer.status})`);
        return answer.json();
      })
      .then(setStack)
      .catch((error: unknown) => setReason(reasonOf(error)));
  }, []);
  if (reason !== undefined) return <Failed reason={reason} />;
  return stack === undefined ? <Loading /> : <Page stack={stack} />;
}

function Page({ stack }: { readonly stack: ConsoleStack }) {
  const [href, setHref] = useState(() => window.location.pathname + window.location.search);
  const [now, setNow] = useState(Date.now);
  const [theme, setTheme] = useTheme();
  const place = useMemo(() => {
    const url = new URL(href, window.location.origin);
    return placeOf(url.pathname, url.search);
  }, [href]);
  const go = useCallback((address: string, how: "push" | "replace" = "push") => {
    const before = window.location.pathname;
    window.history[how === "push" ? "pushState" : "replaceState"](null, "", address);
    setHref(address);
    setNow(Date.now());
    if (how === "push" && before !== window.location.pathname) window.scrollTo(0, 0);
  }, []);
  useEffect(() => {
    const onPop = () => setHref(window.location.pathname + window.location.search);
    window.addEventListener("popstate", onPop);
    return () => window.removeEventListener("popstate", onPop);
  }, []);
  const every = lengthOf(place.query.refresh);
  useEffect(() => {
    if (every === undefined) return;
    const timer = setInterval(() => document.hidden || setNow(Date.now()), every);
    return () => clearInterval(timer);
  }, [every]);
  const { name } = stack;
  const title = VIEWS[place.view as keyof typeof VIEWS] ?? "Console";
  useEffect(() => {
    document.title = `${title} · ${name}`;
  }, [title, name]);
  const shared: Shared = {
    stack,
    place,
    go,
    dark: theme.dark,
    time: useMemo(() => spanOf(place.query, now), [place.query, now]),
    environment: place.query.environment ?? stack.environment,
    service: place.query.service,
  };
  return (
    <SharedContext value={shared}>
      <a className="skip" href="#main">
        Skip to the content
      </a>
      <Head name={name} />
      <Toolbar refresh={() => setNow(Date.now())} theme={theme.choice} setTheme={setTheme} />
      <main id="main" tabIndex={-1}>
        <View />
      </main>
    </SharedContext>
  );
}

function Head({ name }: { readonly name: string }) {
  const { place, stack } = useShared();
  const link = useLink();
  const firing = useFiring();
  return (
    <header className="head">
      <a className="brand" {...link(addressOf(place, "/boards"))}>
        <img src="/icon.svg" alt="" width="22" height="22" />
        <b>{name}</b>
      </a>
      <nav aria-label="Views">
        {Object.entries(VIEWS).map(([view, title]) => (
          <a key={view} {...link(addressOf(place, `/${view}`))} aria-current={place.view === view ? "page" : undefined}>
            {title}
            {view === "alerts" && firing > 0 ? <span className="count">{firing}</span> : null}
          </a>
        ))}
      </nav>
      <nav className="others" aria-label="Other pages">
        {Object.entries(stack.links).map(([title, url]) => (
          <a key={title} href={url} target="_blank" rel="noreferrer">
            {title} ↗
          </a>
        ))}
      </nav>
    </header>
  );
}

function View() {
  const { place } = useShared();
  const [first, second] = place.rest;
  switch (place.view) {
    case "boards":
      return <Boards id={first} />;
    case "traces":
      return first === undefined ? <Traces /> : <TraceView id={first} />;
    case "compare":
      return <Compare ids={[first ?? "", second ?? ""]} />;
    case "logs":
      return <Logs />;
    case "metrics":
      return <Metrics />;
    case "map":
      return <ServiceMap />;
    case "alerts":
      return <Alerts id={first} />;
    case "proof":
      return <Proof />;
    default:
      return <Failed reason={`There is no view "${place.view}". Choose one above.`} />;
  }
}

type Theme = "system" | "light" | "dark";

/** The system's choice unless a person made one, which this browser remembers. */
function useTheme(): readonly [{ readonly choice: Theme; readonly dark: boolean }, (theme: Theme) => void] {
  const system = useMemo(() => window.matchMedia("(prefers-color-scheme: dark)"), []);
  const [systemDark, setSystemDark] = useState(system.matches);
  const [choice, setChoice] = useState<Theme>(() => {
    const stored = window.localStorage.getItem("theme");
    return stored === "light" || stored === "dark" ? stored : "system";
  });
  useEffect(() => {
    const onChange = () => setSystemDark(system.matches);
    system.addEventListener("change", onChange);
    return () => system.removeEventListener("change", onChange);
  }, [system]);
  const dark = choice === "system" ? systemDark : choice === "dark";
  useEffect(() => {
    document.documentElement.dataset.theme = dark ? "dark" : "light";
  }, [dark]);
  const choose = (theme: Theme) => {
    window.localStorage.setItem("theme", theme);
    setChoice(theme);
  };
  return [{ choice, dark }, choose];
}
