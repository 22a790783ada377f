import { ChatSocket, socketUrl } from "./socket.js";
import { clock, day, dressAvatar, make, showState } from "./people.js";

const byId = (id) => document.getElementById(id);

const TYPING_SENT_EVERY = 2_000;
const TYPING_SHOWN_FOR = 4_000;
const SAME_BREATH = 5 * 60_000; // messages of one user within this time share a name and an avatar
const MOST_SHOWN = 500;

const drafts = new Map(); // room -> unsent text

/** One open room with its socket and log. A new object is created for every visit. */
export class Room {
  #name;
  #nick;
  #socket;
  #log = byId("log");
  #seen = new Set();
  #last = null; // the previous message, { nick, at }
  #typists = new Map(); // nick -> timer
  #typingSentAt = 0;
  #countdown = 0;
  #atEnd = true; // the user has not scrolled up, so new messages are scrolled into view
  #over = new AbortController();

  constructor(name, nick) {
    this.#name = name;
    this.#nick = nick;
    this.#log.replaceChildren();
    byId("draft").value = drafts.get(name) ?? "";
    fitDraft();
    byId("room-title").textContent = name;
    dressAvatar(byId("room-avatar"), name);
    this.#showTyping();
    this.#listen();
    this.#socket = new ChatSocket(socketUrl(`/ws/rooms/${encodeURIComponent(name)}/`, { nick }), {
      onMessage: (message) => this.#receive(message),
      onState: (state, seconds) => this.#showLine(state, seconds),
    });
  }

  close() {
    drafts.set(this.#name, byId("draft").value);
    this.#over.abort();
    this.#socket.close();
    clearInterval(this.#countdown);
    this.#typists.forEach(clearTimeout);
    byId("banner").hidden = true;
    byId("newest").hidden = true;
  }

  #listen() {
    const signal = this.#over.signal;
    const draft = byId("draft");
    byId("composer").addEventListener("submit", (event) => this.#submit(event), { signal });
    draft.addEventListener("input", () => this.#typed(), { signal });
    draft.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      byId("composer").requestSubmit();
    }, { signal });
    byId("retry").addEventListener("click", () => this.#socket.retry(), { signal });
    byId("newest").addEventListener("click", () => this.#toEnd(), { signal });
    this.#log.addEventListener("scroll", () => this.#scrolled(), { signal });
    const resized = new ResizeObserver(() => this.#atEnd && this.#toEnd("instant")); // an on-screen keyboard or a banner changes the size
    resized.observe(this.#log);
    signal.addEventListener("abort", () => resized.disconnect());
  }

  // ---- sending

  #submit(event) {
    event.preventDefault();
    const draft = byId("draft");
    const text = draft.value.trim();
    if (text.length > draft.maxLength) return this.#warn(`This message is longer than ${draft.maxLength} characters.`);
    if (text === "" || !this.#socket.send("message", { text })) return;
    draft.value = "";
    this.#typingSentAt = 0;
    byId("banner").hidden = true;
    fitDraft();
    this.#toEnd("instant");
  }

  #typed() {
    fitDraft();
    if (byId("draft").value.trim() === "" || Date.now() - this.#typingSentAt < TYPING_SENT_EVERY) return;
    if (this.#socket.send("typing")) this.#typingSentAt = Date.now();
  }

  // ---- receiving

  #receive({ type, data }) {
    const atEnd = this.#atEnd;
    if (type === "history") this.#history(data);
    else if (type === "said") this.#said(data);
    else if (type === "joined") this.#notice(`${data.nick} came in`);
    else if (type === "left") this.#left(data.nick);
    else if (type === "typing") this.#startsTyping(data.nick);
    else if (type === "problem") this.#restoreDraft(data.text);
    while (this.#log.childElementCount > MOST_SHOWN) this.#log.firstElementChild.remove();
    if (atEnd || type === "history") this.#toEnd("instant");
    else if (type === "said") byId("newest").hidden = false;
  }

  /** Sent on every (re)connection, so most messages may already be shown. */
  #history(messages) {
    this.#log.ariaBusy = "true";
    const fresh = messages.filter((message) => !this.#seen.has(message.id));
    if (this.#seen.size > 0 && fresh.length === messages.length && fresh.length > 0) {
      this.#notice("Some messages were missed while offline");
    }
    fresh.forEach((message) => this.#said(message));
    if (this.#log.childElementCount === 0) {
      this.#log.append(make("li", "notice first", "No messages yet"));
    }
    this.#log.ariaBusy = "false";
  }

  #said({ id, nick, text, at }) {
    if (this.#seen.has(id)) return;
    this.#seen.add(id);
    this.#log.querySelector(".first")?.remove();
    this.#stopsTyping(nick);
    const when = new Date(at);
    if (!this.#last || day(this.#last.at) !== day(when)) this.#divider(day(when));
    const follows = this.#last?.nick === nick && when - this.#last.at < SAME_BREATH;
    this.#last = { nick, at: when };
    this.#log.append(this.#message(nick, text, when, follows));
  }

  #message(nick, text, when, follows) {
    const item = make("li", "message");
    item.classList.toggle("mine", nick === this.#nick);
    item.classList.toggle("follows", follows);
    const avatar = make("span", "avatar");
    avatar.ariaHidden = "true";
    dressAvatar(avatar, nick);
    const time = make("time", "", clock(when));
    time.dateTime = when.toISOString();
    time.title = when.toLocaleString();
    const bubble = make("div", "bubble");
    bubble.append(make("span", follows ? "unseen" : "nick", nick), make("p", "text", text), time);
    item.append(avatar, bubble);
    return item;
  }

  #notice(text) {
    if (this.#last) this.#last.nick = null; // the next message shows its name again
    this.#log.append(make("li", "notice", text));
  }

  #divider(text) {
    this.#last = null;
    this.#log.append(make("li", "divider", text));
  }

  #left(nick) {
    this.#stopsTyping(nick);
    this.#notice(`${nick} left`);
  }

  #startsTyping(nick) {
    clearTimeout(this.#typists.get(nick));
    this.#typists.set(nick, setTimeout(() => this.#stopsTyping(nick), TYPING_SHOWN_FOR));
    this.#showTyping();
  }

  #stopsTyping(nick) {
    clearTimeout(this.#typists.get(nick));
    if (this.#typists.delete(nick)) this.#showTyping();
  }

  #showTyping() {
    const nicks = [...this.#typists.keys()];
    const element = byId("typing");
    if (nicks.length === 0) return element.replaceChildren();
    const words = nicks.length > 2 ? "Several people are" : `${nicks.join(" and ")} ${nicks.length > 1 ? "are" : "is"}`;
    const dots = make("span", "dots");
    dots.ariaHidden = "true";
    dots.append(make("i"), make("i"), make("i"));
    element.replaceChildren(dots, `${words} typing`);
  }

  // ---- connection state

  #showLine(state, seconds) {
    showState(byId("room-state"), state);
    byId("send").disabled = state !== "open";
    clearInterval(this.#countdown);
    byId("banner").hidden = state === "open" || state === "connecting";
    byId("retry").hidden = state !== "waiting";
    if (state === "refused") byId("banner-text").textContent = "The server refused the connection.";
    if (state !== "waiting") return;
    const show = () => {
      byId("banner-text").textContent = `Connection lost. Retrying in ${Math.max(seconds, 0)} s.`;
      seconds -= 1;
    };
    show();
    this.#countdown = setInterval(show, 1_000);
  }

  /** Restores the draft of a message that the server could not store. */
  #restoreDraft(text) {
    const draft = byId("draft");
    draft.value = draft.value === "" ? text : `${text}\n${draft.value}`;
    fitDraft();
    this.#warn("Your message could not be stored. Please send it again.");
  }

  #warn(text) {
    byId("banner-text").textContent = text;
    byId("retry").hidden = true;
    byId("banner").hidden = false;
  }

  // ---- scrolling

  #toEnd(behavior = "auto") {
    this.#atEnd = true;
    this.#log.scrollTo({ top: this.#log.scrollHeight, behavior });
    byId("newest").hidden = true;
  }

  #scrolled() {
    this.#atEnd = this.#log.scrollHeight - this.#log.scrollTop - this.#log.clientHeight < 60;
    if (this.#atEnd) byId("newest").hidden = true;
  }
}

function fitDraft() {
  const draft = byId("draft");
  draft.style.height = "auto";
  draft.style.height = `${draft.scrollHeight + draft.offsetHeight - draft.clientHeight}px`; // text and border
}
