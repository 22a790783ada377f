/** The page: EventSource reconnects and requests missed events automatically. */

const LINES = 100;
const POINTS = 40;
const STATES = { open: "Connected", waiting: "Offline, reconnecting", over: "Ended; reload the page" };
const MONEY = new Intl.NumberFormat(undefined, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const CLOCK = new Intl.DateTimeFormat(undefined, { timeStyle: "medium" });

const byId = (id) => document.getElementById(id);
const rows = new Map();

function make(tag, className, text = "") {
  const element = document.createElement(tag);
  element.className = className;
  element.textContent = text;
  return element;
}

function showState(state) {
  byId("state").dataset.state = state;
  byId("state").textContent = STATES[state];
}

function addRow(symbol) {
  const line = document.createElementNS("http://www.w3.org/2000/svg", "polyline");
  const chart = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  chart.setAttribute("viewBox", `0 0 ${POINTS - 1} 20`);
  chart.setAttribute("preserveAspectRatio", "none");
  chart.setAttribute("aria-hidden", "true");
  chart.append(line);
  const head = make("th", "symbol", symbol);
  head.scope = "row";
  const row = { element: document.createElement("tr"), line, price: make("td", "price"), change: make("td", "change"), past: [] };
  const lately = make("td", "lately");
  lately.append(chart);
  row.element.append(head, lately, row.price, row.change);
  rows.set(symbol, row);
  const next = [...byId("prices").rows].find((other) => other.cells[0].textContent > symbol);
  byId("prices").insertBefore(row.element, next ?? null);
  return row;
}

function showPrice({ symbol, cents }) {
  const row = rows.get(symbol) ?? addRow(symbol);
  const change = cents - (row.past.at(-1) ?? cents);
  row.past = [...row.past, cents].slice(-POINTS);
  row.price.textContent = MONEY.format(cents / 100);
  row.change.textContent = `${change > 0 ? "▲ +" : change < 0 ? "▼ −" : ""}${MONEY.format(Math.abs(change) / 100)}`;
  row.element.dataset.trend = change > 0 ? "up" : change < 0 ? "down" : "same";
  const low = Math.min(...row.past);
  const span = Math.max(...row.past) - low || 1;
  row.line.setAttribute("points", row.past.map((value, at) => `${at},${19 - (18 * (value - low)) / span}`).join(" "));
}

function log({ symbol, cents, at }, id) {
  const line = document.createElement("li");
  line.dataset.id = id;
  line.append(make("time", "", CLOCK.format(new Date(at))), make("span", "symbol", symbol), make("span", "price", MONEY.format(cents / 100)));
  byId("log").prepend(line);
  while (byId("log").childElementCount > LINES) byId("log").lastElementChild.remove();
}

const source = new EventSource("/prices");

source.addEventListener("open", () => showState("open"));

source.addEventListener("error", () => showState(source.readyState === EventSource.CLOSED ? "over" : "waiting"));

source.addEventListener("hello", (event) => {
  byId("replayed").textContent = `${event.data} prices were replayed from the server's history.`;
});

source.addEventListener("tick", (event) => {
  const tick = JSON.parse(event.data);
  showPrice(tick);
  log(tick, event.lastEventId);
});

source.addEventListener("message", (event) => {
  byId("headline").textContent = event.data;
  byId("headline").hidden = false;
});

// A page in the back-forward cache would keep its stream open and add a second one when reopened
addEventListener("pagehide", () => source.close());

addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
