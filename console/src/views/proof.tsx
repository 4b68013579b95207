import { useMemo } from "react";
import type { Result } from "../../../verify/report-types.ts";
import { Answer, Failed } from "../parts/states.tsx";
import { provedChecks } from "../proof.ts";
import { counted, timeOf } from "../time.ts";
import { addressOf } from "../url.ts";
import { useAsked, useLink, useShared } from "../use.ts";

const GROUPS: Readonly<Record<Result["group"], string>> = {
  signal: "What each service sends",
  edge: "Who calls whom",
  infrastructure: "What the collector measures",
  criterion: "Criteria of complete telemetry",
};

/** The checks of `npm run verify`, asked of the stores now. */
export function Proof() {
  const { stack, time } = useShared();
  const asked = useAsked(`${time.from} ${time.to}`, () => provedChecks(stack, time), "proof");
  const command = `npm run verify -- ${stack.stack === "dev" ? "" : `--stack ${stack.stack} `}--drive`;
  return (
    <>
      <h1>Proof</h1>
      <p className="question">
        What arrived in the stores between {timeOf(time.from)} and {timeOf(time.to)}. A quiet application proves little:
        use it, or let <code>{command}</code> use it and wait for the result.
      </p>
      <Answer asked={asked}>
        {({ results, missing }) => (
          <>
            <Summary
              results={results}
              troubles={missing.filter((one) => !results.some(({ label }) => one.startsWith(label)))}
            />
            {Object.entries(GROUPS).map(([group, title]) => (
              <Group key={group} title={title} results={results.filter((one) => one.group === group)} />
            ))}
          </>
        )}
      </Answer>
    </>
  );
}

function Summary({ results, troubles }: { readonly results: readonly Result[]; readonly troubles: readonly string[] }) {
  const required = results.filter((one) => one.required);
  const absent = required.filter(({ found, idle }) => !found && !idle).length;
  return (
    <>
      <p className={absent === 0 ? "state good" : "state bad"}>
        {absent === 0
          ? `All ${counted(required.length, "required check")} are proven.`
          : `${absent} of ${counted(required.length, "required check")} ${absent === 1 ? "is" : "are"} not proven in this time.`}
      </p>
      {troubles.map((sentence) => (
        <Failed key={sentence} reason={sentence} />
      ))}
    </>
  );
}

function notFound({ required, inapplicable, idle }: Result): string {
  if (inapplicable) return "not in this stack";
  if (idle) return "nothing to show";
  return required ? "missing" : "not seen";
}

function Group({ title, results }: { readonly title: string; readonly results: readonly Result[] }) {
  const { place } = useShared();
  const link = useLink();
  const sorted = useMemo(() => [...results].sort((a, b) => Number(a.found) - Number(b.found)), [results]);
  if (results.length === 0) return null;
  return (
    <>
      <h2>{title}</h2>
      <div className="card">
        <table>
          <tbody>
            {sorted.map((result) => (
              <tr key={result.id}>
                <td className="t">
                  {result.found ? (
                    <b className="good">arrived</b>
                  ) : (
                    <b className={result.required && !result.idle ? "bad" : "hint"}>{notFound(result)}</b>
                  )}
                </td>
                <td>{result.label}</td>
                <td>{result.detail}</td>
                <td className="n">
                  {result.traceId === undefined ? null : (
                    <a {...link(addressOf(place, `/traces/${result.traceId}`))}>trace</a>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}
