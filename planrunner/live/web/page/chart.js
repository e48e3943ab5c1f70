// Charts over the time of a run, one below the other. A row is a span of it:
// [at, seconds, vus, iterations, requests, failed, p50, p95, p99, whether p95 is a lower bound].

const LEFT = 60, TOP = 8, BOTTOM = 24; // pixels beside a panel; on the right it is as much as on the left
const TIMES = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200, 86400];
const STEPS = [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10];
const SVG = "http://www.w3.org/2000/svg";

export function number(value) {
  const digits = value !== 0 && Math.abs(value) < 10 ? 2 : 0;
  return value.toLocaleString("en", { maximumFractionDigits: digits });
}

export function duration(seconds) {
  if (seconds >= 1) return `${Number(seconds.toPrecision(3))}s`;
  if (seconds >= 1e-3) return `${Number((seconds * 1e3).toPrecision(3))}ms`;
  return seconds ? `${Number((seconds * 1e6).toPrecision(3))}µs` : "0";
}

export function clock(seconds) {
  const whole = Math.floor(seconds + 0.5);
  return `${String(Math.floor(whole / 60)).padStart(2, "0")}:${String(whole % 60).padStart(2, "0")}`;
}

function nice(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return power * STEPS.find((step) => power * step >= value * (1 - 1e-9));
}

function made(name, attributes, parent) {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  parent.append(node);
  return node;
}

function text(x, y, anchor, words, parent, kind = "") {
  made("text", { x, y, "text-anchor": anchor, class: kind }, parent).textContent = words;
}

// The scale of an axis: four nice steps, whatever the highest value is; whole ones where only those make sense.
function scale(high, height, whole) {
  const exact = (high || 1) / 4, step = whole && exact < 10 ? Math.ceil(exact) : nice(exact), most = step * 4;
  const at = (value) => height - BOTTOM - (height - BOTTOM - TOP) * Math.min(value, most) / most;
  return { at, ticks: [0, 1, 2, 3, 4].map((count) => count * step) };
}

const PATHS = {
  line: (rows, of, x, y) => {
    let pen = "M", path = "";
    for (const row of rows) {
      const value = of(row);
      if (value === null) { pen = "M"; continue; }
      path += `${pen}${x(row[0] + row[1] / 2).toFixed(1)} ${y(value).toFixed(1)}${pen === "M" ? "h0" : ""}`;
      pen = "L";
    }
    return path;
  },
  area: (rows, of, x, y) => rows.map((row) => bar(row, of(row), x, y)).join(""),
  solid: (rows, of, x, y) => rows.filter(of).map((row) => bar(row, of(row), x, y, 3)).join(""),
};

// `least` pixels high: a single failure must be seen.
function bar(row, value, x, y, least = 0) {
  const foot = y(0), top = Math.min(y(value), foot - least);
  return `M${x(row[0]).toFixed(1)} ${foot}V${top.toFixed(1)}H${x(row[0] + row[1]).toFixed(1)}V${foot}z`;
}

// A panel: series on one or two scales. Returns what draws it: draw(rows, end, cursor, limits).
export function panel(parent, label, height, series, point) {
  const legend = document.createElement("div");
  legend.className = "legend";
  const values = series.map((one) => {
    const entry = document.createElement("span"), key = document.createElement("span");
    const value = document.createElement("b");
    key.className = `key ${one.name}`;
    entry.append(key, `${one.label} `, value);
    legend.append(entry);
    return value;
  });
  parent.append(legend);
  const svg = made("svg", { height, class: "chart", role: "img", "aria-label": label }, parent);
  svg.addEventListener("pointermove", (event) => {
    const box = svg.getBoundingClientRect();
    point((event.clientX - box.left - LEFT) / (box.width - 2 * LEFT));
  });
  svg.addEventListener("pointerleave", () => point(null));

  return (rows, end, cursor, limits) => {
    const right = Math.max(svg.clientWidth - LEFT, 2 * LEFT);
    const x = (seconds) => LEFT + (right - LEFT) * seconds / end;
    const scales = scalesOf(rows, series, limits, height);
    svg.replaceChildren();
    axes(svg, height, end, x, scales, series);
    for (const one of series) {
      const path = PATHS[one.kind](rows, one.of, x, scales[one.side].at);
      made("path", { class: `${one.kind} ${one.name}`, d: path }, svg);
    }
    for (const limit of limits) {
      if (limit > scales.left.ticks[4]) continue;
      const y = scales.left.at(limit);
      made("path", { class: "line limit", d: `M${LEFT} ${y}H${right}` }, svg);
      text(right + 8, y + 4, "start", series[0].show(limit), svg, "limit");
    }
    const shown = cursor ?? rows[rows.length - 1];
    if (cursor) {
      const middle = x(cursor[0] + cursor[1] / 2);
      made("line", { class: "cursor", x1: middle, x2: middle, y1: TOP, y2: height - BOTTOM }, svg);
    }
    series.forEach((one, place) => {
      const value = shown ? one.of(shown) : null;
      values[place].textContent = value === null ? "–" : one.show(value);
    });
  };
}

// A limit far above all that was measured would flatten the curves, so it does not stretch the axis.
function scalesOf(rows, series, limits, height) {
  const highest = { left: 0, right: 0 };
  for (const one of series)
    for (const row of rows) highest[one.side] = Math.max(highest[one.side], one.of(row) ?? 0);
  const near = limits.filter((limit) => limit <= 3 * highest.left);
  const whole = series.some((one) => one.side === "left" && one.whole);
  return { left: scale(Math.max(highest.left, ...near), height, whole), right: scale(highest.right, height) };
}

function axes(svg, height, end, x, scales, series) {
  const step = TIMES.find((one) => (x(end) - LEFT) / (end / one) >= 60) ?? nice(end / 9);
  for (let at = 0; at <= end * (1 + 1e-9); at += step) {
    made("line", { class: "grid", x1: x(at), x2: x(at), y1: TOP, y2: height - BOTTOM }, svg);
    text(x(at), height - 8, "middle", clock(at), svg);
  }
  for (const side of ["left", "right"]) {
    const first = series.find((one) => one.side === side);
    for (const tick of first ? scales[side].ticks : []) {
      const y = scales[side].at(tick);
      if (side === "left") made("line", { class: "grid", x1: LEFT, x2: x(end), y1: y, y2: y }, svg);
      text(side === "left" ? LEFT - 8 : x(end) + 8, y + 4, side === "left" ? "end" : "start", first.show(tick), svg);
    }
  }
}
