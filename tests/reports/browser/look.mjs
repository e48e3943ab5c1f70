// Opens pages in a real browser, does what it is told there, and says what it found: JSON in, JSON out.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(`${process.env.NODE_PATH}/`);
const { chromium } = require("playwright-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const { program, looks } = JSON.parse(readFileSync(0, "utf8"));

const browser = await chromium.launch({ executablePath: program, args: ["--no-sandbox", "--disable-gpu"] });
const found = [];
for (const look of looks) found.push(await seen(look));
await browser.close();
console.log(JSON.stringify(found));

async function seen({ file, scheme = "light", width = 1200, height = 900, script = true, media = "screen", motion, run, rules, shot, full }) {
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
  const faults = rules ? await accessibility(page) : [];
  if (shot) await page.screenshot({ path: shot, fullPage: full });
  await context.close();
  return { said, asked, value, faults };
}

async function accessibility(page) {
  await page.evaluate(axe);
  await page.evaluate(() => document.querySelectorAll("details").forEach((each) => { each.open = true; }));
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  return violations.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map((node) => node.html.slice(0, 120)).join(" | ")}`);
}
