// The timeline drawn by uPlot: zoom, the numbers of a moment, lines on and off. Without it the SVG stays.
{
  const live = document.getElementById("live"), still = document.querySelector(".static");
  const { duration, timeline, limit, warm, ramps, lanes } = JSON.parse(document.getElementById("data").textContent);
  const STEPS = [0.001, 0.01, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, // seconds that a clock would show, minutes, hours
    ...[1, 2, 5, 10, 15, 30].map((minutes) => 60 * minutes), ...[1, 2, 4, 12, 24].map((hours) => 3600 * hours)];
  const LANE = 13; // pixels from one lane of phases to the next
  const DASHES = { p50: [6, 4], p99: [2, 4], limit: [9, 5] };

  const cut = (value, digits) => String(Math.trunc(value * 10 ** digits + 1e-6) / 10 ** digits);
  const time = (seconds) => {
    const ms = seconds * 1000;
    if (ms === 0) return "0s";
    if (ms < 1) return `${cut(ms * 1000, 2)}µs`;
    if (ms < 1000) return `${cut(ms, 2)}ms`;
    const minutes = Math.trunc(ms / 60000), rest = cut((ms % 60000) / 1000, minutes ? 0 : 2);
    if (!minutes) return `${rest}s`;
    return minutes < 60 ? `${minutes}m${rest}s` : `${Math.trunc(minutes / 60)}h${minutes % 60}m${rest}s`;
  };
  const clock = (seconds) => time(seconds).replace(/(m)0s$/, "$1").replace(/(h)0m$/, "$1");
  const color = (name) => {
    const probe = document.createElement("i");
    probe.className = "probe";
    live.append(probe);
    probe.style.color = `var(--${name})`;
    const found = getComputedStyle(probe).color;
    probe.remove();
    return found;
  };
  const make = (name, kind, ...inside) => {
    const made = document.createElement(name);
    made.className = kind;
    made.append(...inside);
    return made;
  };

  const middles = timeline.at.map((at, n) => at + timeline.seconds[n] / 2);
  const perSecond = (counts) => counts.map((count, n) => count / timeline.seconds[n]);
  const whole = (value) => cut(value, 1);
  const SERIES = [
    { name: "vus", label: "VUs (left)", plot: 0, scale: "vus", values: timeline.vus, show: whole },
    { name: "requests", label: "requests/s (right)", plot: 0, scale: "y", values: perSecond(timeline.requests), show: whole },
    { name: "failed", label: "failed/s (right)", plot: 0, scale: "y", values: perSecond(timeline.failed), show: whole },
    { name: "p50", label: "p50 (typical)", plot: 1, scale: "y", values: timeline.p50, show: time },
    { name: "p95", label: "p95 (slow 5 %)", plot: 1, scale: "y", values: timeline.p95, show: time },
    { name: "p99", label: "p99 (slow 1 %)", plot: 1, scale: "y", values: timeline.p99, show: time },
  ];
  const shown = Object.fromEntries(SERIES.map((each) => [each.name, true]));
  const moment = make("p", "moment");
  let plots = [], range = null;

  const tell = (n) => {
    if (n === null || n === undefined) {
      moment.replaceChildren("Point at the chart, or focus it and use the arrow keys. Drag to zoom, double-click for all.");
      moment.classList.add("dim");
      return;
    }
    moment.classList.remove("dim");
    moment.replaceChildren(make("b", "", time(timeline.at[n])), ...SERIES.filter((each) => shown[each.name])
      .map((each) => make("span", "", `${each.label.replace(/ \(.*/, "")} ${each.values[n] === null ? "–" : each.show(each.values[n])}`)));
  };

  const marks = (plot, u) => {
    const { ctx, bbox } = u, ratio = devicePixelRatio;
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.clip();
    ctx.fillStyle = color("dim");
    for (const [opacity, spans] of [[0.15, warm], [0.07, ramps]]) {
      ctx.globalAlpha = opacity;
      spans.forEach(([begin, end]) => {
        const left = u.valToPos(begin, "x", true);
        ctx.fillRect(left, bbox.top, u.valToPos(end, "x", true) - left, bbox.height);
      });
    }
    ctx.globalAlpha = 1;
    if (warm.length && !plot) {
      ctx.font = `${12 * ratio}px system-ui, sans-serif`;
      ctx.textAlign = "left";
      ctx.fillText("warm-up", u.valToPos(warm[0][0], "x", true) + 6 * ratio, bbox.top + 16 * ratio);
    }
    if (limit && plot) {
      const y = u.valToPos(limit.seconds, "y", true);
      ctx.strokeStyle = ctx.fillStyle = color("red");
      ctx.lineWidth = 1.5 * ratio;
      ctx.setLineDash(DASHES.limit.map((each) => each * ratio));
      ctx.beginPath();
      ctx.moveTo(bbox.left, y);
      ctx.lineTo(bbox.left + bbox.width, y);
      ctx.stroke();
      ctx.restore();
      ctx.save();
      ctx.fillStyle = color("red");
      ctx.font = `600 ${12 * ratio}px system-ui, sans-serif`;
      if (y >= bbox.top) ctx.fillText(time(limit.seconds), bbox.left + bbox.width + 8 * ratio, y + 4 * ratio);
    }
    ctx.restore();
  };

  // The phases of the load, below the upper chart: as high as the load, with as many words as there is room for.
  const phases = (u) => {
    const { ctx, bbox } = u, ratio = devicePixelRatio, high = (LANE - 1) * ratio;
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top + bbox.height, bbox.width, (lanes.length * LANE + 4) * ratio);
    ctx.clip();
    ctx.font = `${10.5 * ratio}px system-ui, sans-serif`;
    lanes.forEach((lane, n) => lane.forEach(([begin, end, first, last, told]) => {
      const bottom = bbox.top + bbox.height + (4 + n * LANE) * ratio + high;
      const [left, right] = [u.valToPos(begin, "x", true), u.valToPos(end, "x", true) - ratio];
      ctx.fillStyle = color("dim");
      ctx.globalAlpha = 0.3;
      ctx.beginPath();
      for (const [x, y] of [[left, 0], [left, first], [right, last], [right, 0]]) ctx.lineTo(x, bottom - y * high);
      ctx.fill();
      ctx.globalAlpha = 1;
      ctx.fillStyle = color("ink");
      const start = Math.max(left, bbox.left) + 4 * ratio, room = Math.min(right, bbox.left + bbox.width) - start;
      const words = told.find((each) => ctx.measureText(each).width < room);
      if (words) ctx.fillText(words, start, bottom - 2.5 * ratio);
    }));
    ctx.restore();
  };

  // Four nice steps on each side, so that one grid serves both: as charts/scales.py has them.
  const NICE = [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10], INTERVALS = [0, 1, 2, 3, 4];
  const top = (most, steps) => {
    const exact = (most || 1) / 4, power = 10 ** Math.floor(Math.log10(exact));
    if (steps && exact < 10) return 4 * Math.ceil(exact);
    return 4 * power * NICE.find((step) => power * step >= exact * (1 - 1e-9));
  };
  const highest = (most, plot) => top(plot && limit && limit.seconds <= 3 * most ? Math.max(most, limit.seconds) : most);
  const spanned = (u, series, first, last) => { // VUs hold for the whole of a span
    const outline = new Path2D(), area = new Path2D(), zero = u.valToPos(0, "vus", true);
    for (let n = Math.max(first - 1, 0); n <= Math.min(last + 1, timeline.at.length - 1); n += 1) {
      const y = u.valToPos(u.data[series][n], "vus", true);
      const [left, right] = [timeline.at[n], timeline.at[n] + timeline.seconds[n]].map((at) => Math.round(u.valToPos(at, "x", true)));
      area.rect(left, y, right - left, zero - y);
      outline.lineTo(left, y);
      outline.lineTo(right, y);
    }
    return { stroke: outline, fill: area, clip: null };
  };
  const axis = (scale, show, more) => ({
    scale, stroke: color("dim"), font: "12px system-ui, sans-serif", size: 62,
    ...(scale !== "x" && { splits: (u, _, low, high) => INTERVALS.map((n) => (high / 4) * n) }),
    grid: { stroke: color("line"), width: 1 }, ticks: { show: false },
    values: (_, values) => values.map((value) => (value === null ? "" : show(value))), ...more,
  });
  const line = (each) => ({
    label: each.label, scale: each.scale, stroke: color(each.name), show: shown[each.name], dash: DASHES[each.name],
    width: each.name === "p95" || each.name === "requests" ? 2 : 1.5, points: { show: timeline.at.length < 3 && !["vus", "failed"].includes(each.name) },
    ...(each.name === "vus" && { fill: `color-mix(in srgb, ${color("vus")} 18%, transparent)`, paths: spanned }),
    ...(each.name === "failed" && { fill: color("failed"), width: 0, paths: uPlot.paths.bars({ size: [1, Infinity, 2] }) }),
    ...(each.name === "p95" && { fill: `color-mix(in srgb, ${color("p95")} 9%, transparent)` }),
  });

  const draw = (plot, holder) => {
    const mine = SERIES.filter((each) => each.plot === plot);
    return new uPlot({
      width: holder.clientWidth, height: plot ? 240 : 200 + lanes.length * LANE, legend: { show: false }, padding: [10, plot ? 62 : 0, 0, 0],
      cursor: { sync: { key: "timeline", setSeries: false }, drag: { x: true, y: false }, points: { size: 7 } },
      scales: {
        x: { time: false, range: (u, low, high) => (range || [0, Math.max(duration, middles.at(-1))]) },
        y: { range: (u, low, high) => [0, highest(high, plot)] },
        vus: { range: (u, low, high) => [0, top(high, true)] },
      },
      axes: [
        axis("x", clock, { incrs: STEPS, size: plot ? 30 : 8 + lanes.length * LANE, space: 70, ...(plot ? {} : { values: () => [] }) }),
        ...(plot ? [axis("y", time, {})]
          : [axis("vus", whole, {}), axis("y", whole, { side: 1, grid: { show: false } })]),
      ],
      series: [{}, ...mine.map(line)],
      hooks: {
        drawClear: [(u) => { marks(plot, u); if (!plot) phases(u); }],
        setCursor: [(u) => { if (!plot) tell(u.cursor.idx); }],
        setSelect: [(u) => {
          if (u.select.width < 4) return;
          zoom([u.posToVal(u.select.left, "x"), u.posToVal(u.select.left + u.select.width, "x")]);
        }],
      },
    }, [middles, ...mine.map((each) => each.values)], holder);
  };

  const zoom = (to) => {
    range = to;
    plots.forEach((u) => {
      u.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false);
      u.setData(u.data, true);
    });
    wholeRun.hidden = !range;
  };
  const sample = (name) => {
    const ns = "http://www.w3.org/2000/svg", svg = document.createElementNS(ns, "svg");
    const stroke = document.createElementNS(ns, "line");
    for (const [key, value] of Object.entries({ x1: 0, x2: 20, y1: 5, y2: 5, stroke: `var(--${name === "limit" ? "red" : name})`,
      "stroke-width": name === "vus" || name === "failed" ? 9 : 3, "stroke-dasharray": (DASHES[name] || []).join(" "),
      "stroke-opacity": name === "vus" ? 0.5 : 1 })) stroke.setAttribute(key, value);
    svg.setAttribute("viewBox", "0 0 20 10");
    svg.setAttribute("aria-hidden", "true");
    svg.append(stroke);
    return svg;
  };
  const toggle = (each) => {
    const button = make("button", "tool", sample(each.name), each.label);
    button.type = "button";
    button.setAttribute("aria-pressed", "true");
    button.addEventListener("click", () => {
      shown[each.name] = !shown[each.name];
      button.setAttribute("aria-pressed", String(shown[each.name]));
      const mine = SERIES.filter((other) => other.plot === each.plot);
      plots[each.plot].setSeries(mine.indexOf(each) + 1, { show: shown[each.name] });
    });
    return button;
  };
  const wholeRun = make("button", "tool", "Show the whole run");
  wholeRun.type = "button";
  wholeRun.hidden = true;
  wholeRun.addEventListener("click", () => zoom(null));

  const keys = (event) => {
    const u = plots[0], at = u.cursor.idx ?? -1, last = middles.length - 1;
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: last }[event.key];
    const [low, high] = range || [0, Math.max(duration, middles.at(-1))];
    const middle = at >= 0 ? middles[at] : (low + high) / 2, half = (high - low) / 4;
    if (to !== undefined) {
      const n = Math.min(Math.max(to, 0), last);
      u.setCursor({ left: u.valToPos(middles[n], "x"), top: 10 });
    } else if (event.key === "+") zoom([Math.max(0, middle - half), Math.min(duration, middle + half)]);
    else if (event.key === "-" || event.key === "Escape") zoom(null);
    else return;
    event.preventDefault();
  };

  const build = () => {
    plots.forEach((u) => u.destroy());
    const holders = [...live.querySelectorAll(".plot")];
    plots = holders.map((holder, plot) => draw(plot, holder));
    holders.forEach((holder) => holder.addEventListener("dblclick", () => zoom(null)));
  };

  if (live && timeline.at.length) {
    const [load, times] = [0, 1].map((plot) => make("div", "tools", ...SERIES.filter((each) => each.plot === plot).map(toggle)));
    const chart = make("div", "plots", load, make("div", "plot"), times, make("div", "plot"));
    chart.tabIndex = 0;
    chart.setAttribute("role", "application");
    chart.setAttribute("aria-label", "Timeline: arrow keys move through the run, plus zooms in, minus shows all. The numbers are also in a table below.");
    chart.addEventListener("keydown", keys);
    moment.setAttribute("aria-live", "polite");
    if (limit) times.append(make("span", "tool fixed", sample("limit"), `limit ${limit.told}`));
    times.append(make("span", "space"), wholeRun);
    live.append(moment, chart);
    live.hidden = false;
    still.hidden = true;
    build();
    tell(null);
    document.documentElement.addEventListener("theme", build);
    new ResizeObserver(() => plots.forEach((u) => {
      const width = u.root.parentElement.clientWidth;
      if (width && width !== u.width) u.setSize({ width, height: u.height });
    })).observe(live);
  }
}
