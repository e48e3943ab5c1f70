// Drives tabs of a real browser: a line of JSON says what to do, a line says what came of it.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const require = createRequire(`${process.env.NODE_PATH}/`);
const { chromium } = require("playwright-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const browser = await chromium.launch({ executablePath: process.argv[2], args: ["--no-sandbox", "--disable-gpu"] });
let tabs = {}, said = [];

const DOES = {
  async open({ tab, url, scheme = "light", width = 1200 }) {
    const context = await browser.newContext({ colorScheme: scheme, viewport: { width: Number(width), height: 900 } });
    const page = await context.newPage(), told = said;
    page.on("console", (message) => told.push(message.text()));
    page.on("pageerror", (error) => told.push(String(error)));
    page.on("request", (request) => { if (new URL(request.url()).origin !== new URL(url).origin) told.push(request.url()); });
    tabs[tab] = page;
    await page.goto(url);
  },
  value: ({ tab, script }) => tabs[tab].evaluate(script),
  async until({ tab, script }) {
    const late = Date.now() + 20000;
    while (!(await tabs[tab].evaluate(script).catch(() => false))) { // it may be on its way to another page
      if (Date.now() > late) throw new Error(`never: ${script}`);
      await new Promise((done) => setTimeout(done, 50));
    }
  },
  click: ({ tab, what }) => tabs[tab].click(what, { timeout: 5000 }),
  frame: ({ tab }) => tabs[tab].frames()[1].evaluate("document.body.innerText"),
  shot: ({ tab, file }) => tabs[tab].screenshot({ path: file, fullPage: true }),
  said: () => said,
  async rules({ tab }) {
    const violations = await broken(tabs[tab]);
    return violations.filter(({ impact }) => ["serious", "critical"].includes(impact)).map(({ id, nodes }) => `${id} ${nodes[0].html}`);
  },
  async forget() { // whoever comes next finds a browser without tabs
    for (const page of Object.values(tabs)) await page.context().close();
    tabs = {};
    said = [];
  },
  look,
};

// Opens a file, asks one thing of it, and closes it.
async function look({ file, scheme = "light", width = 1200, height = 900, script = true, media = "screen", motion, run, rules, shot, full }) {
  const context = await browser.newContext({
    colorScheme: scheme, viewport: { width, height }, javaScriptEnabled: script, reducedMotion: motion,
  });
  const page = await context.newPage();
  const said = [], asked = [];
  page.on("console", (message) => said.push(message.text()));
  page.on("pageerror", (error) => said.push(String(error)));
  page.on("request", (request) => { if (request.url() !== `file://${file}`) asked.push(request.url()); });
  await page.goto(`file://${file}`);
  await page.emulateMedia({ media, colorScheme: scheme });
  const value = run ? await page.evaluate(run) : null;
  const faults = rules ? await inaccessible(page) : [];
  if (shot) await page.screenshot({ path: shot, fullPage: full });
  await context.close();
  return { said, asked, value, faults };
}

async function inaccessible(page) {
  await page.evaluate(() => document.querySelectorAll("details").forEach((each) => { each.open = true; }));
  return (await broken(page)).map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map((node) => node.html.slice(0, 120)).join(" | ")}`);
}

async function broken(page) {
  await page.evaluate(axe);
  return (await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }))).violations;
}

for await (const line of createInterface({ input: process.stdin })) {
  const { does, ...how } = JSON.parse(line);
  let told;
  try { told = { value: (await DOES[does](how)) ?? null }; } catch (error) { told = { error: String(error) }; }
  console.log(JSON.stringify(told));
}
await browser.close();
