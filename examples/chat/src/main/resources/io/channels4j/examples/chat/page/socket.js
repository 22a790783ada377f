/**
 * One WebSocket that comes back by itself.
 *
 * States, told through `onState(state, seconds)`:
 *   "connecting"  an attempt is under way
 *   "open"        messages flow
 *   "waiting"     the line is down; the next attempt is `seconds` away
 *   "refused"     the server said that trying again is pointless (close codes 1008 and 4000-4999)
 */
const FIRST_WAIT = 500;
const LONGEST_WAIT = 30_000;
const STABLE_AFTER = 5_000;

export class ChatSocket {
  #url;
  #onMessage;
  #onState;
  #socket = null;
  #attempts = 0;
  #timer = 0;
  #ended = false;
  #comeBack = () => this.retry();

  constructor(url, { onMessage, onState }) {
    this.#url = url;
    this.#onMessage = onMessage;
    this.#onState = onState;
    addEventListener("online", this.#comeBack);
    this.#open();
  }

  /** Sends one JSON message; answers false, and sends nothing, while the line is down. */
  send(type, fields = {}) {
    if (this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify({ type, ...fields }));
    return true;
  }

  /** Tries at once instead of waiting for the next attempt. */
  retry() {
    if (this.#timer === 0 || this.#ended) return;
    clearTimeout(this.#timer);
    this.#timer = 0;
    this.#open();
  }

  close() {
    this.#ended = true;
    clearTimeout(this.#timer);
    removeEventListener("online", this.#comeBack);
    this.#socket?.close(1000);
  }

  #open() {
    this.#onState("connecting", 0);
    const socket = new WebSocket(this.#url);
    let stable = 0;
    socket.onopen = () => {
      if (this.#ended) return;
      // A server that accepts and falls over at once must not reset the back-off.
      stable = setTimeout(() => (this.#attempts = 0), STABLE_AFTER);
      this.#onState("open", 0);
    };
    socket.onmessage = (event) => {
      if (!this.#ended) this.#onMessage(JSON.parse(event.data));
    };
    socket.onclose = (event) => {
      clearTimeout(stable);
      if (this.#ended) return;
      if (event.code === 1008 || event.code >= 4000) this.#onState("refused", 0);
      else this.#wait();
    };
    this.#socket = socket;
  }

  /** Exponential back-off with full jitter, so that a restarted server is not hit by everybody at once. */
  #wait() {
    const ceiling = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** this.#attempts);
    this.#attempts += 1;
    const wait = FIRST_WAIT / 2 + Math.random() * ceiling;
    this.#timer = setTimeout(() => {
      this.#timer = 0;
      this.#open();
    }, wait);
    this.#onState("waiting", Math.ceil(wait / 1000));
  }
}

/** The address of a WebSocket on the server that served this page. */
export function socketUrl(path, query = {}) {
  const url = new URL(path, location.href);
  url.protocol = location.protocol === "https:" ? "wss:" : "ws:";
  url.search = new URLSearchParams(query).toString();
  url.hash = "";
  return url.href;
}
