import { ChatSocket, socketUrl } from "./socket.js";
import { ago, dressAvatar, make, showState } from "./people.js";

const byId = (id) => document.getElementById(id);

/** The list of rooms, updated through `/ws/lobby/`. */
export class Lobby {
  #rooms = new Map(); // name -> { name, messages, lastAt: Date }
  #current = null;

  start() {
    new ChatSocket(socketUrl("/ws/lobby/"), {
      onMessage: (message) => this.#receive(message),
      onState: (state) => showState(byId("lobby-state"), state),
    });
    setInterval(() => this.#show(), 30_000); // updates relative times
  }

  /** Marks the open room, or none for null. */
  mark(room) {
    this.#current = room;
    this.#show();
  }

  #receive({ type, data }) {
    if (type === "rooms") {
      this.#rooms = new Map(data.map((room) => [room.name, { ...room, lastAt: new Date(room.lastAt) }]));
    } else if (type === "active") {
      const messages = (this.#rooms.get(data.room)?.messages ?? 0) + 1;
      this.#rooms.set(data.room, { name: data.room, messages, lastAt: new Date(data.at) });
    } else {
      return;
    }
    byId("no-rooms").hidden = this.#rooms.size > 0;
    this.#show();
  }

  #show() {
    const list = byId("rooms");
    const focused = list.contains(document.activeElement) ? document.activeElement.dataset.room : null;
    const rooms = [...this.#rooms.values()].sort((a, b) => b.lastAt - a.lastAt);
    list.replaceChildren(...rooms.map((room) => this.#item(room)));
    // Keep the focus when redrawing, for keyboard users.
    if (focused !== null) [...list.querySelectorAll("a")].find((link) => link.dataset.room === focused)?.focus();
  }

  #item(room) {
    const link = make("a", "room-link");
    link.href = roomPath(room.name);
    link.dataset.inside = "";
    link.dataset.room = room.name;
    if (room.name === this.#current) link.setAttribute("aria-current", "page");
    const avatar = make("span", "avatar");
    avatar.ariaHidden = "true";
    dressAvatar(avatar, room.name);
    const count = room.messages === 1 ? "1 message" : `${room.messages.toLocaleString()} messages`;
    const words = make("span", "words");
    words.append(make("strong", "", room.name), make("small", "", count));
    const time = make("time", "", ago(room.lastAt));
    time.dateTime = room.lastAt.toISOString();
    link.append(avatar, words, time);
    const item = make("li");
    item.append(link);
    return item;
  }
}

export const roomPath = (room) => `/rooms/${encodeURIComponent(room)}/`;
