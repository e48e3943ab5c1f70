// The page of a run: hears what happens, and shows it. All of it is text of strangers, so it is only ever set as text.

import { clock, duration, number, panel } from "./chart.js";

const MOST_ROWS = 2400; // then the page asks anew, and gets spans that are longer
const MOST_LINES = 500;
const NEXT = 40; // half seconds that the next plan is waited for
const GONE = 1200; // milliseconds after the end of a run in which its server goes
const NAMES = { "req/s": "requests per second", p95: "p95, newest second", failed: "failed of all" };
const $ = (id) => document.getElementById(id);

let rows = [], limits = [], about = {}, cursor = null, over = false, since = 0;

const perSecond = (place) => (row) => row[place] / row[1];
const count = (place) => (row) => row[place];
const point = (share) => {
  const at = share === null ? null : share * end();
  cursor = at === null ? null : rows.find((row) => row[0] <= at && at < row[0] + row[1]) ?? null;
  draw();
};
const panels = [
  panel($("charts"), "VUs and requests per second", 190, [
    { name: "vus", label: "VUs (left)", kind: "area", side: "left", of: count(2), show: number, whole: true },
    { name: "requests", label: "requests/s (right)", kind: "line", side: "right", of: perSecond(4), show: number },
  ], point),
  panel($("charts"), "Response times", 220, [
    { name: "p99", label: "p99 (slow 1 %)", kind: "line", side: "left", of: count(8), show: duration },
    { name: "p95", label: "p95 (slow 5 %)", kind: "line", side: "left", of: count(7), show: duration },
    { name: "p50", label: "p50 (typical)", kind: "line", side: "left", of: count(6), show: duration },
  ], point),
  panel($("charts"), "Failed requests per second", 110, [
    { name: "failures", label: "failed/s", kind: "solid", side: "left", of: perSecond(5), show: number },
  ], point),
];

function end() {
  const last = rows[rows.length - 1];
  return Math.max(last ? last[0] + last[1] : 0, 10);
}

let waiting = false;
function draw() {
  if (waiting) return;
  waiting = true;
  requestAnimationFrame(() => {
    waiting = false;
    panels.forEach((panel, place) => panel(rows, end(), cursor, place === 1 ? limits : []));
    $("told").textContent = cursor
      ? `${clock(cursor[0])}: ${number(cursor[4])} requests, ${number(cursor[5])} failed, ${number(cursor[3])} iterations` +
        (cursor[9] ? "; p95 is at least so much: iterations were dropped or interrupted" : "")
      : "";
  });
}

function element(name, words, kind = "") {
  const made = document.createElement(name);
  made.textContent = words;
  made.className = kind;
  return made;
}

function row(kind, ...cells) {
  const made = element("tr", "", kind);
  made.append(...cells);
  return made;
}

function bar(share) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", share >= 1 ? "bar over" : "bar");
  svg.setAttribute("viewBox", "0 0 100 10");
  svg.setAttribute("preserveAspectRatio", "none");
  for (const width of [100, 100 * Math.min(share, 1)]) {
    const rect = document.createElementNS(svg.namespaceURI, "rect");
    rect.setAttribute("width", width);
    rect.setAttribute("height", 10);
    svg.append(rect);
  }
  const cell = element("td", "");
  cell.append(svg);
  return cell;
}

function stands(told) {
  if (!over) {
    $("state").textContent = `${told.state} ${told.clock}` + (told.level && `, level ${told.level}`) + (told.window && `, ${told.window}`);
    $("whole").style.width = `${100 * told.share}%`;
    $("stop").disabled = told.state === "stopping";
  }
  $("numbers").replaceChildren(...told.figures.map(figure));
  limits = told.limits.map((limit) => limit.upper).filter((upper) => upper);
  $("no-limits").hidden = told.limits.length > 0;
  $("limits").replaceChildren(...told.limits.map((limit) => row(
    limit.verdict.replace(" ", "-"),
    element("td", `${limit.mark} ${limit.word}`, "status"),
    element("td", limit.text, "code"),
    element("td", limit.value, "n"),
    element("td", limit.place, "dim place"),
  )));
  $("scenarios").replaceChildren(...told.acts.map(([name, share, words]) => row(
    "", element("td", name), bar(share), element("td", words), element("td", about.scenarios[name] ?? "", "dim"),
  )));
  $("no-errors").hidden = told.errors.length > 0;
  $("errors").parentElement.hidden = !told.errors.length;
  $("errors").replaceChildren(...told.errors.map(([times, message, request, fix]) => row(
    "", element("td", number(times), "n"), element("td", message), element("td", request, "code"), element("td", fix, "dim"),
  )));
}

function figure([value, name]) {
  const box = element("div", "", name === "failed" && value !== "0.00%" ? "number bad" : "number");
  box.append(element("p", value, "value"), element("p", NAMES[name] ?? name, "note"));
  return box;
}

function said(lines) {
  const log = $("logs"), low = log.scrollHeight - log.scrollTop - log.clientHeight < 8;
  log.append(...lines.map((line) => element("div", line)));
  while (log.childElementCount > MOST_LINES) log.firstElementChild.remove();
  $("no-logs").hidden = log.childElementCount > 0;
  if (low) log.scrollTop = log.scrollHeight;
}

function begin(told) {
  about = told;
  document.title = `${told.name} – planrunner live`;
  $("name").textContent = told.name;
  $("about").textContent = [told.description, told.target, told.file].filter(Boolean).join(" · ");
  $("logs").replaceChildren();
  rows = [];
}

async function ended(told) {
  over = true;
  since = Date.now();
  const word = told.outcome === "unjudged" ? "not judged" : told.outcome;
  $("state").textContent = `Ended: ${told.report ? word : told.verdict}`;
  $("state").className = `state ${({ passed: "passed", failed: "failed" })[told.outcome] ?? "doubtful"}`;
  $("stop").hidden = true;
  $("whole").parentElement.hidden = true;
  $("next").hidden = !told.more;
  document.title = `${word}: ${about.name}`;
  if (!told.report) return source.close();
  try {
    const answer = await fetch("report");
    if (!answer.ok) throw new Error(answer.statusText);
    $("save").href = URL.createObjectURL(new Blob([await answer.arrayBuffer()], { type: "text/html" }));
    $("report").addEventListener("load", () => source.close(), { once: true });
    $("report").src = "report";
    $("views").hidden = false;
    view(true);
  } catch {
    source.close(); // what was seen stays
  }
}

function view(report) {
  $("report").hidden = !report;
  $("live").hidden = report;
  $("show-report").setAttribute("aria-pressed", report);
  $("show-live").setAttribute("aria-pressed", !report);
  if (!report) draw();
}

const HEARD = {
  begin,
  history: (told) => { rows = told; draw(); },
  second: (told) => { rows.push(told); draw(); if (rows.length > MOST_ROWS) listen(); },
  said,
  stands,
  ended,
};

// The next plan has the same address; between the two there is nobody.
async function follow(times) {
  const there = await fetch("./").then((answer) => answer.ok, () => false);
  if (there) location.reload();
  else if (times) setTimeout(() => follow(times - 1), 500);
  else $("next").textContent = "No further plan was begun";
}

let source;
function listen() {
  source?.close();
  source = new EventSource("events");
  for (const [name, hear] of Object.entries(HEARD))
    source.addEventListener(name, (event) => hear(JSON.parse(event.data)));
  source.addEventListener("error", () => {
    if (over) return;
    $("state").textContent = "no connection to the run";
    $("state").className = "state doubtful";
    $("stop").disabled = true;
  });
  source.addEventListener("open", () => { $("state").className = "state"; });
}

$("stop").addEventListener("click", () => $("sure").showModal());
$("sure").addEventListener("close", () => {
  if ($("sure").returnValue === "yes") fetch("stop", { method: "POST" }).then(() => { $("stop").disabled = true; });
  $("sure").returnValue = "";
});
$("next").addEventListener("click", () => {
  $("next").disabled = true;
  $("next").textContent = "Waiting for the next plan";
  setTimeout(() => follow(NEXT), Math.max(since + GONE - Date.now(), 0));
});
$("show-report").addEventListener("click", () => view(true));
$("show-live").addEventListener("click", () => view(false));
window.addEventListener("resize", draw);
listen();
