import { PanelCard } from "../parts/panel.tsx";
import { Empty } from "../parts/states.tsx";
import { addressOf } from "../url.ts";
import { useLink, useShared } from "../use.ts";

/** One board, and the way to the others. */
export function Boards({ id }: { readonly id: string | undefined }) {
  const { stack, place, go } = useShared();
  const link = useLink();
  const board = id === undefined ? stack.boards[0] : stack.boards.find((one) => one.id === id);
  return (
    <div className="with-list">
      <nav className="list" aria-label="Boards">
        {stack.boards.map((one) => (
          <a
            key={one.id}
            {...link(addressOf(place, `/boards/${one.id}`))}
            aria-current={one.id === board?.id ? "page" : undefined}
          >
            {one.title}
          </a>
        ))}
        <label>
          <span>Board</span>
          <select value={board?.id ?? ""} onChange={({ target }) => go(addressOf(place, `/boards/${target.value}`))}>
            {stack.boards.map((one) => (
              <option key={one.id} value={one.id}>
                {one.title}
              </option>
            ))}
          </select>
        </label>
      </nav>
      {board === undefined ? (
        <Empty>There is no board "{id}" in this stack. Choose one of the list.</Empty>
      ) : (
        <article key={board.id}>
          <h1>{board.title}</h1>
          <p className="question">{board.question}</p>
          {board.rows.map((row) => (
            <div key={row.title}>
              <h2>{row.title}</h2>
              <div className="row">
                {row.panels.map((panel) => (
                  <PanelCard
                    key={panel.title}
                    panel={panel}
                    height={row.height}
                    id={`${board.id} ${row.title} ${panel.title}`}
                  />
                ))}
              </div>
            </div>
          ))}
        </article>
      )}
    </div>
  );
}
