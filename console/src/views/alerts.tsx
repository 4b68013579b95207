import { marked } from "marked";
import { useMemo } from "react";
import { formatValue } from "../../../boards-page/format.ts";
import type { ConsoleRule } from "../../../dashboards/render/console/stack.ts";
import { firingAlerts } from "../alerts.ts";
import type { Alert } from "../merged-alerts.ts";
import { Answer } from "../parts/states.tsx";
import { timeOf } from "../time.ts";
import { addressOf } from "../url.ts";
import { useAsked, useLink, useShared } from "../use.ts";

const EVERY = 30_000;

/** How many alerts fire, the heartbeat apart, asked again every half minute. */
export function useFiring(): number {
  const { time, stack } = useShared();
  const asked = useAsked(`firing ${Math.floor(time.to / EVERY)}`, () => firingAlerts(stack.notifies));
  return (asked.data?.alerts ?? []).filter(({ state, severity }) => state === "firing" && severity !== "heartbeat")
    .length;
}

/** What fires, what is about to, and what to do about it. */
export function Alerts({ id }: { readonly id: string | undefined }) {
  const { time, stack } = useShared();
  const asked = useAsked(`alerts ${time.to}`, () => firingAlerts(stack.notifies), "alerts");
  return (
    <>
      <h1>Alerts</h1>
      <Answer asked={asked}>
        {({ alerts, away }) => {
          const shown = alerts.filter(({ severity }) => severity !== "heartbeat");
          return (
            <>
              {away.map((sentence) => (
                <p key={sentence} className="state failed">
                  {sentence}
                </p>
              ))}
              <h2>Firing, or about to</h2>
              <p className="hint">
                {stack.notifies
                  ? "Alertmanager sends what fires to the contact of this stack."
                  : "Nobody is notified: this stack has no alerts.contact."}
              </p>
              {shown.length === 0 ? (
                <p className="state good">Nothing fires: every rule is quiet.</p>
              ) : (
                <div className="alerts">
                  {shown.map((alert) => (
                    <Firing key={alert.key} alert={alert} open={id === alert.rule} />
                  ))}
                </div>
              )}
              <h2>All {stack.rules.length} rules</h2>
              <div className="alerts card">
                {stack.rules.map((rule) => (
                  <Rule key={rule.id} rule={rule} open={id === rule.id && !shown.some((alert) => alert.rule === id)} />
                ))}
              </div>
            </>
          );
        }}
      </Answer>
    </>
  );
}

const SUPPRESSED = {
  silenced: "Silenced in Alertmanager: nobody is notified.",
  inhibited: "Inhibited in Alertmanager: another alert that fires says it all, so nobody is notified of this one.",
} as const;

function Firing({ alert, open }: { readonly alert: Alert; readonly open: boolean }) {
  const { stack, place } = useShared();
  const link = useLink();
  const rule = stack.rules.find((one) => one.id === alert.rule);
  const page = rule?.runbook;
  return (
    <section className={`card alert ${alert.state}`}>
      <header>
        <strong className={alert.state === "firing" ? "bad" : "warn"}>{alert.state}</strong>
        <h3>{alert.title}</h3>
        <span className="hint">
          {alert.severity}, since {timeOf(alert.since)}
        </span>
      </header>
      <p>{alert.description}</p>
      {alert.suppressed === undefined ? null : <p className="state">{SUPPRESSED[alert.suppressed]}</p>}
      <p className="labels">
        {Object.entries(alert.labels).map(([key, value]) => (
          <code key={key}>
            {key}={value}
          </code>
        ))}
      </p>
      <Ways board={rule?.board} service={alert.labels.service_name ?? rule?.service} />
      {page === undefined ? null : (
        <p>
          <a {...link(addressOf(place, open ? "/alerts" : `/alerts/${encodeURIComponent(alert.rule)}`))}>
            {open ? "Close the runbook" : "Read the runbook"}
          </a>
        </p>
      )}
      {open && page !== undefined ? <Runbook page={page} /> : null}
    </section>
  );
}

function Rule({ rule, open }: { readonly rule: ConsoleRule; readonly open: boolean }) {
  const { place } = useShared();
  const link = useLink();
  return (
    <section className="rule">
      <a {...link(addressOf(place, open ? "/alerts" : `/alerts/${rule.id}`))}>{rule.title}</a>
      <span className="hint">
        {rule.severity}
        {rule.when === undefined ? "" : `: ${described(rule.when)}`}
      </span>
      {open ? (
        <div className="opened">
          <p>{rule.meaning}.</p>
          <Ways board={rule.board} service={rule.service} />
          <Runbook page={rule.runbook} />
        </div>
      ) : null}
    </section>
  );
}

function described({ op, threshold, unit, forSeconds }: NonNullable<ConsoleRule["when"]>): string {
  return `${op} ${formatValue(threshold, unit)}${forSeconds === 0 ? "" : ` for ${formatValue(forSeconds, "s")}`}`;
}

/** From an alert to what shows it. */
function Ways(args: { readonly board: string | undefined; readonly service: string | undefined }) {
  const { place, stack } = useShared();
  const link = useLink();
  const board = stack.boards.find(({ id }) => id === args.board);
  const service = stack.system.services.some(({ name }) => name === args.service) ? args.service : undefined;
  return (
    <p className="ways">
      {board === undefined ? null : <a {...link(addressOf(place, `/boards/${board.id}`))}>Board {board.title}</a>}
      <a {...link(addressOf(place, "/traces", { failed: "1", service }))}>
        Failed traces{service ? ` of ${service}` : ""}
      </a>
      <a {...link(addressOf(place, "/logs", { severity: "error", service }))}>
        Error logs{service ? ` of ${service}` : ""}
      </a>
    </p>
  );
}

function Runbook({ page }: { readonly page: string }) {
  const { stack } = useShared();
  const text = stack.runbooks[page];
  const html = useMemo(() => (text === undefined ? "" : marked.parse(text, { async: false })), [text]);
  if (text === undefined) return <p className="state">Its runbook docs/runbooks/{page}.md is not in the project.</p>;
  // biome-ignore lint/security/noDangerouslySetInnerHtml: no text of a store is in it, only the project's own pages
  return <div className="runbook" dangerouslySetInnerHTML={{ __html: html }} />;
}
