import { autocompletion, closeBrackets, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { bracketMatching, HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { lintGutter } from "@codemirror/lint";
import { EditorState, Prec } from "@codemirror/state";
import { EditorView, keymap, placeholder } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { PromQLExtension } from "@prometheus-io/codemirror-promql";
import { useEffect, useRef } from "react";
import { STORES } from "../stores.ts";

const COLOURS = HighlightStyle.define([
  { tag: tags.keyword, color: "var(--accent)" },
  { tag: tags.function(tags.variableName), color: "var(--accent)" },
  { tag: tags.string, color: "var(--good)" },
  { tag: tags.number, color: "var(--warn)" },
  { tag: tags.labelName, color: "var(--soft)" },
  { tag: tags.comment, color: "var(--soft)", fontStyle: "italic" },
]);

/** An editor for one query: Enter runs it, Shift+Enter begins a new line, Escape then Tab leaves it. */
export function PromqlEditor({ query, run }: { readonly query: string; readonly run: (query: string) => void }) {
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(undefined);
  const onRun = useRef(run);
  onRun.current = run;
  const first = useRef(query);
  useEffect(() => {
    if (place.current === null) return;
    const enter = () => {
      onRun.current(view.current?.state.doc.toString() ?? "");
      return true;
    };
    const promql = new PromQLExtension().setComplete({ remote: { url: STORES.prometheus, httpMethod: "GET" } });
    view.current = new EditorView({
      parent: place.current,
      state: EditorState.create({
        doc: first.current,
        extensions: [
          ...[history(), bracketMatching(), closeBrackets(), autocompletion(), lintGutter(), EditorView.lineWrapping],
          ...[
            syntaxHighlighting(COLOURS),
            placeholder("sum by (service_name) (rate(traces_span_metrics_calls_total[5m]))"),
          ],
          EditorView.contentAttributes.of({ "aria-label": "Query in PromQL" }),
          promql.asExtension(),
          keymap.of([...completionKeymap, ...historyKeymap]),
          Prec.low(keymap.of([{ key: "Enter", run: enter, shift: () => false }])),
          Prec.lowest(keymap.of(defaultKeymap)),
        ],
      }),
    });
    return () => view.current?.destroy();
  }, []);
  return (
    <div className="form">
      <div className="editor grow" ref={place} />
      <button type="button" className="button main" onClick={() => run(view.current?.state.doc.toString() ?? "")}>
        Run
      </button>
    </div>
  );
}
