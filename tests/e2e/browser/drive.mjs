// Drives tabs of a real browser: a line of JSON says what to do, a line says what came of it.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const require = createRequire(`${process.env.NODE_PATH}/`);
const { chromium } = require("playwright-core");
const browser = await chromium.launch({ executablePath: process.argv[2], args: ["--no-sandbox", "--disable-gpu"] });
const tabs = {}, said = [];

const DOES = {
  async open({ tab, url, scheme = "light", width = 1200 }) {
    const context = await browser.newContext({ colorScheme: scheme, viewport: { width: Number(width), height: 900 } });
    const page = await context.newPage();
    page.on("console", (message) => said.push(message.text()));
    page.on("pageerror", (error) => said.push(String(error)));
    page.on("request", (request) => { if (new URL(request.url()).origin !== new URL(url).origin) said.push(request.url()); });
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
    await tabs[tab].evaluate(readFileSync(require.resolve("axe-core/axe.min.js"), "utf8"));
    const { violations } = await tabs[tab].evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
    return violations.filter(({ impact }) => ["serious", "critical"].includes(impact)).map(({ id, nodes }) => `${id} ${nodes[0].html}`);
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const { does, ...how } = JSON.parse(line);
  let told;
  try { told = { value: (await DOES[does](how)) ?? null }; } catch (error) { told = { error: String(error) }; }
  console.log(JSON.stringify(told));
}
await browser.close();
