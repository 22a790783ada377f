import { Lobby, roomPath } from "./lobby.js";
import { dressAvatar, loadNick, saveNick } from "./people.js";
import { Room } from "./room.js";

const byId = (id) => document.getElementById(id);
const lobby = new Lobby();
let nick = await loadNick();
let room = null;

/** Shows the view of the current URL: "/" is the lobby, "/rooms/NAME/" is a room. */
function show() {
  room?.close();
  const name = roomOf(location.pathname);
  document.body.dataset.view = name === null ? "lobby" : "room";
  document.title = name === null ? "Chat" : `${name} · Chat`;
  byId("welcome").hidden = name !== null;
  byId("conversation").hidden = name === null;
  room = name === null ? null : new Room(name, nick);
  lobby.mark(name);
  // On a touch screen the focus would raise the keyboard over the history.
  if (name !== null && matchMedia("(pointer: fine)").matches) byId("draft").focus();
}

function roomOf(path) {
  const match = /^\/rooms\/([^/]+)\/?$/.exec(path);
  if (match === null) return null;
  try {
    return decodeURIComponent(match[1]);
  } catch {
    return null; // an incomplete percent escape
  }
}

/** Normalizes a name as the server does. */
const oneLine = (name) => name.replace(/\s+/g, " ").trim();

function go(path) {
  if (path === location.pathname) return;
  history.pushState(null, "", path);
  show();
}

function showNick() {
  byId("my-nick").textContent = nick;
  dressAvatar(byId("my-avatar"), nick);
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-inside]");
  if (link === null || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  go(new URL(link.href).pathname);
});

byId("enter").addEventListener("submit", (event) => {
  event.preventDefault();
  const name = oneLine(byId("room-name").value).replaceAll("/", "-");
  if (name === "") return;
  byId("room-name").value = "";
  go(roomPath(name));
});

byId("rename").addEventListener("click", () => {
  byId("nick").value = nick;
  byId("name-dialog").showModal();
  byId("nick").select();
});

byId("name-cancel").addEventListener("click", () => byId("name-dialog").close());

byId("name-form").addEventListener("submit", async () => {
  const chosen = oneLine(byId("nick").value);
  if (chosen === "" || chosen === nick) return;
  nick = await saveNick(chosen);
  showNick();
  if (room !== null) show(); // the name is part of the WebSocket URL
});

byId("invite").addEventListener("click", async () => {
  const button = byId("invite");
  await navigator.clipboard.writeText(location.href);
  button.textContent = "Copied";
  setTimeout(() => (button.textContent = "Copy link"), 2_000);
});

if (!navigator.clipboard) byId("invite").hidden = true; // browsers offer it on https and localhost only

addEventListener("popstate", show);
showNick();
lobby.start();
show();
