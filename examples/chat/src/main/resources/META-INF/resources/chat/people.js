/** Names, colours and times, shared by the lobby and the rooms. */

const FIRST = ["Calm", "Brave", "Quiet", "Merry", "Swift", "Gentle", "Bright", "Clever", "Sunny", "Mellow"];
const SECOND = ["Otter", "Heron", "Fox", "Badger", "Finch", "Lynx", "Robin", "Seal", "Hare", "Owl"];

/** Returns the nickname of this tab, or the last one that the server stored for this browser, or a random one. */
export async function loadNick() {
  const own = sessionStorage.getItem("nick");
  if (own !== null) return own;
  const last = await exchangeNick({ method: "GET" });
  if (last === "") return saveNick(invent());
  sessionStorage.setItem("nick", last);
  return last;
}

/** Stores a name for this tab and, on the server, for later tabs of this browser. */
export async function saveNick(nick) {
  sessionStorage.setItem("nick", nick);
  await exchangeNick({ method: "PUT", body: nick });
  return nick;
}

/** If the server is unreachable, the chat uses the name of this tab. */
async function exchangeNick(request) {
  try {
    const response = await fetch("/nick", { ...request, signal: AbortSignal.timeout(2_000) });
    return response.ok ? await response.text() : "";
  } catch {
    return "";
  }
}

function invent() {
  const pick = (words) => words[Math.floor(Math.random() * words.length)];
  return `${pick(FIRST)} ${pick(SECOND)}`;
}

/** Sets the letter of an avatar and a colour derived from the name. */
export function dressAvatar(element, name) {
  let hash = 0;
  for (const character of name) hash = (hash * 31 + character.codePointAt(0)) >>> 0;
  element.style.setProperty("--hue", String((hash * 137) % 360));
  element.textContent = ([...name.trim()][0] ?? "?").toLocaleUpperCase();
}

const CLOCK = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const DAY = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long" });
const AGO = new Intl.RelativeTimeFormat(undefined, { numeric: "auto", style: "short" });

export const clock = (date) => CLOCK.format(date);

export const day = (date) => DAY.format(date);

export function ago(date, now = new Date()) {
  const minutes = Math.round((date - now) / 60_000);
  if (minutes > -1) return "now";
  if (minutes > -60) return AGO.format(minutes, "minute");
  if (minutes > -24 * 60) return AGO.format(Math.round(minutes / 60), "hour");
  return AGO.format(Math.round(minutes / (24 * 60)), "day");
}

/** Creates an element; text is never interpreted as markup. */
export function make(tag, className, text) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
}

const STATES = { connecting: "Connecting", open: "Connected", waiting: "Offline", refused: "Refused" };

export function showState(element, state) {
  element.dataset.state = state;
  element.textContent = STATES[state];
}
