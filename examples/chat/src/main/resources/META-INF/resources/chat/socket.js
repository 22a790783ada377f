/**
 * A WebSocket that reconnects automatically.
 *
 * States, reported through `onState(state, seconds)`:
 *   "connecting"  connecting
 *   "open"        messages flow
 *   "waiting"     disconnected; the next attempt is in `seconds`
 *   "refused"     the server does not want a retry (close codes 1008 and 4000-4999)
 */
const FIRST_WAIT = 500;
const MAX_WAIT = 30_000;
const STABLE_AFTER = 5_000;

export class ChatSocket {
  #url;
  #onMessage;
  #onState;
  #socket = null;
  #attempts = 0;
  #timer = 0;
  #ended = false;
  #reconnect = () => this.retry();

  constructor(url, { onMessage, onState }) {
    this.#url = url;
    this.#onMessage = onMessage;
    this.#onState = onState;
    addEventListener("online", this.#reconnect);
    this.#open();
  }

  /** Sends one JSON message. Returns false without sending while disconnected. */
  send(type, fields = {}) {
    if (this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify({ type, ...fields }));
    return true;
  }

  /** Reconnects immediately instead of waiting for the next attempt. */
  retry() {
    if (this.#timer === 0 || this.#ended) return;
    clearTimeout(this.#timer);
    this.#timer = 0;
    this.#open();
  }

  close() {
    this.#ended = true;
    clearTimeout(this.#timer);
    removeEventListener("online", this.#reconnect);
    this.#socket?.close(1000);
  }

  #open() {
    this.#onState("connecting", 0);
    const socket = new WebSocket(this.#url);
    let stable = 0;
    socket.onopen = () => {
      if (this.#ended) return;
      // A server that accepts and then fails immediately must not reset the back-off.
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

  /** Exponential back-off with full jitter, so that clients do not reconnect to a restarted server simultaneously. */
  #wait() {
    const ceiling = Math.min(MAX_WAIT, FIRST_WAIT * 2 ** this.#attempts);
    this.#attempts += 1;
    const wait = FIRST_WAIT / 2 + Math.random() * ceiling;
    this.#timer = setTimeout(() => {
      this.#timer = 0;
      this.#open();
    }, wait);
    this.#onState("waiting", Math.ceil(wait / 1000));
  }
}

/** Returns the URL of a WebSocket on the server of this page. */
export function socketUrl(path, query = {}) {
  const url = new URL(path, location.href);
  url.protocol = location.protocol === "https:" ? "wss:" : "ws:";
  url.search = new URLSearchParams(query).toString();
  url.hash = "";
  return url.href;
}
