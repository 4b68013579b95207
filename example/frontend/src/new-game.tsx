import { type FormEvent, useRef } from "react";
import type { NewGame } from "./api.ts";

/** The form that calls for a game. */
export function NewGameForm({ onCreate }: { readonly onCreate: (game: NewGame) => Promise<boolean> }) {
  const form = useRef<HTMLFormElement>(null);
  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (form.current === null) return;
    const wanted = new FormData(form.current);
    const created = await onCreate({
      title: String(wanted.get("title")),
      starts_in_seconds: Number(wanted.get("starts")),
      max_players: Number(wanted.get("seats")),
    });
    if (created) form.current.reset();
  }
  return (
    <form id="new-game" ref={form} onSubmit={submit}>
      <label className="wide">
        What is played
        <input name="title" required maxLength={100} autoComplete="off" placeholder="Catan at Lea's" />
      </label>
      <label>
        Starts
        <select name="starts" defaultValue="3600">
          <option value="30">in 30 seconds</option>
          <option value="300">in 5 minutes</option>
          <option value="3600">in an hour</option>
          <option value="86400">in a day</option>
        </select>
      </label>
      <label>
        Seats
        <input name="seats" type="number" required min="2" max="100" defaultValue="4" inputMode="numeric" />
      </label>
      <button className="primary" type="submit">
        Create
      </button>
    </form>
  );
}
