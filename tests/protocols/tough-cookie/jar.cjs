// Reads [[[url, line], ...], [url, ...]] for each case of test_cookies_of_tough_cookie.py: lines that are set at
// URLs, and URLs; writes what is sent to each of the latter.
const { CookieJar } = require("tough-cookie");

const cases = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
const answers = cases.map(([lines, asked]) => {
  const jar = new CookieJar(undefined, { looseMode: true });
  for (const [url, line] of lines) jar.setCookieSync(line, url, { ignoreError: true });
  return asked.map((url) => jar.getCookieStringSync(url));
});
process.stdout.write(JSON.stringify(answers));
