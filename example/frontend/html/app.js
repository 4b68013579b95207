/** Draws the games the API knows, and sends what a person wants of them. No dependency, no build. */

const REFRESH_MS = 4000;
const NOTICE_MS = 6000;

const list = document.querySelector("#games");
const count = document.querySelector("#count");
const notice = document.querySelector("#notice");
const form = document.querySelector("#new-game");
const player = document.querySelector("#player");

const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
const units = [
  ["day", 86400],
  ["hour", 3600],
  ["minute", 60],
  ["second", 1],
];

let drawn = "";
let noticeTimer;

function fromNow(time) {
  const seconds = (new Date(time).getTime() - Date.now()) / 1000;
  const [unit, size] = units.find(([, size]) => Math.abs(seconds) >= size) ?? ["second", 1];
  return relative.format(Math.round(seconds / size), unit);
}

function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

function say(text, isError = false) {
  clearTimeout(noticeTimer);
  notice.textContent = text;
  notice.className = isError ? "error" : "";
  notice.hidden = false;
  noticeTimer = setTimeout(() => {
    notice.hidden = true;
  }, NOTICE_MS);
}

async function ask(path, body) {
  const options = body && {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  };
  const answer = await fetch(`/api/games${path}`, options);
  const json = await answer.json().catch(() => ({}));
  if (answer.ok) return json;
  const detail = typeof json.detail === "string" ? json.detail : json.detail?.[0]?.msg;
  throw new Error(detail ?? `the API answered ${answer.status}`);
}

function card(game) {
  const seats = `${game.players.length} of ${game.max_players} seats taken`;
  const joinable = game.players.length < game.max_players && game.status !== "finished";
  const join = element("button", { type: "button", disabled: !joinable }, joinable ? "Join" : "No seat left");
  join.dataset.join = game.id;
  join.dataset.title = game.title;
  join.setAttribute("aria-label", joinable ? `Join ${game.title}` : `${game.title}: no seat left`);
  const when = element("time", { dateTime: game.starts_at }, fromNow(game.starts_at));
  const reminded = game.reminded_at ? " · reminder sent" : "";
  return element(
    "li",
    { className: "panel" },
    element(
      "div",
      { className: "card-head" },
      element("h3", {}, game.title),
      element("span", { className: `badge ${game.status}` }, game.status),
    ),
    element(
      "p",
      { className: "when" },
      game.status === "open" || game.status === "full" ? "Starts " : "Started ",
      when,
      reminded,
    ),
    element("progress", { max: game.max_players, value: game.players.length, ariaLabel: seats }),
    element("p", { className: "seats" }, seats),
    element("p", { className: "players" }, game.players.join(", ")),
    join,
  );
}

function draw(games) {
  const now = JSON.stringify(games);
  if (now !== drawn) {
    const focused = document.activeElement?.dataset?.join;
    const empty = element("li", { className: "panel empty" }, "No games yet. Call for the first one.");
    list.replaceChildren(...(games.length > 0 ? games.map(card) : [empty]));
    if (focused) list.querySelector(`[data-join="${CSS.escape(focused)}"]`)?.focus();
    count.textContent = games.length === 1 ? "1 game" : `${games.length} games`;
    drawn = now;
  }
  for (const time of list.querySelectorAll("time")) time.textContent = fromNow(time.dateTime);
}

async function refresh() {
  try {
    draw((await ask("")).games);
  } catch (error) {
    say(`The games cannot be shown: ${error.message}`, true);
  }
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const wanted = new FormData(form);
  try {
    const game = await ask("", {
      title: wanted.get("title"),
      starts_in_seconds: Number(wanted.get("starts")),
      max_players: Number(wanted.get("seats")),
    });
    form.elements.title.value = "";
    say(`${game.title} is on.`);
    await refresh();
  } catch (error) {
    say(`Not created: ${error.message}`, true);
  }
});

list.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-join]");
  if (!button) return;
  if (!player.value.trim()) {
    say("Tell your name first.", true);
    player.focus();
    return;
  }
  try {
    await ask(`/${button.dataset.join}/join`, { player: player.value });
    say(`You are in: ${button.dataset.title}.`);
    await refresh();
  } catch (error) {
    say(`Not joined: ${error.message}`, true);
  }
});

player.value = localStorage.getItem("player") ?? "";
player.addEventListener("change", () => localStorage.setItem("player", player.value.trim()));

setInterval(() => {
  if (!document.hidden) refresh();
}, REFRESH_MS);
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) refresh();
});
refresh();
