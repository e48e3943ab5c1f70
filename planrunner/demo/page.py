"""The shop's pages: one with a button for a pizza, and plain ones; nothing from outside."""

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Pizza shop</title>
<link rel="icon" href="data:,">
<style>
  :root { color-scheme: light dark; --accent: #c2410c; --paper: #fff; --ground: #fff7ed; --ink: #1c1917;
          --soft: #6b625c; --line: #f0dcc8; }
  @media (prefers-color-scheme: dark) {
    :root { --accent: #fb923c; --paper: #292524; --ground: #1c1917; --ink: #fafaf9; --soft: #b5aca6;
            --line: #44403c; }
    button { color: #1c1917 !important; }
  }
  * { box-sizing: border-box; }
  body { margin: 0; min-height: 100vh; display: flex; flex-direction: column; align-items: center;
         padding: 12vh 1.25rem 3rem; background: var(--ground); color: var(--ink);
         font: 1.05rem/1.5 system-ui, sans-serif; }
  h1 { font-size: clamp(1.6rem, 5vw, 2.4rem); line-height: 1.2; margin: 0 0 .5rem; text-align: center;
       text-wrap: balance; max-width: 34rem; }
  p { color: var(--soft); margin: 0 0 1.75rem; text-align: center; }
  button { font: inherit; font-weight: 600; padding: .8rem 1.8rem; border: 0; border-radius: 999px;
           background: var(--accent); color: #fff; cursor: pointer; }
  button:hover { filter: brightness(1.08); }
  button:disabled { opacity: .6; cursor: progress; }
  button:focus-visible { outline: 3px solid var(--ink); outline-offset: 3px; }
  #recommendations { width: 100%; max-width: 30rem; margin-top: 2rem; }
  article { background: var(--paper); border: 1px solid var(--line); border-radius: 1rem;
            padding: 1.4rem 1.6rem; }
  h2 { margin: 0 0 .8rem; font-size: 1.3rem; }
  dl { display: grid; grid-template-columns: max-content 1fr; gap: .35rem 1.2rem; margin: 0; }
  dt { color: var(--soft); }
  dd { margin: 0; }
</style>
</head>
<body>
<h1>Looking to break out of your pizza routine?</h1>
<p>One click, and the kitchen thinks of something.</p>
<button type="button">Pizza, Please!</button>
<div id="recommendations" aria-live="polite"></div>
<script>
  const button = document.querySelector("button");
  const shown = document.querySelector("#recommendations");

  function make(tag, text) {
    const element = document.createElement(tag);
    element.textContent = text;
    return element;
  }

  function card(title, rows) {
    const list = document.createElement("dl");
    for (const [term, text] of rows) list.append(make("dt", term), make("dd", text));
    const article = document.createElement("article");
    article.append(make("h2", title), list);
    return article;
  }

  function described({pizza, calories, vegetarian}) {
    return card(pizza.name, [
      ["Dough", pizza.dough.name],
      ["Ingredients", pizza.ingredients.map((each) => each.name).join(", ")],
      ["Tool", pizza.tool],
      ["Calories per slice", calories],
      ["Vegetarian", vegetarian ? "yes" : "no"],
    ]);
  }

  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      const reply = await fetch("/api/pizza", {
        method: "POST", headers: {"Content-Type": "application/json"}, body: "{}",
      });
      const told = await reply.json();
      const made = reply.ok ? described(told) : card("No pizza this time", [["Reason", told.error]]);
      shown.replaceChildren(made);
    } catch (error) {
      shown.replaceChildren(card("The shop does not answer", [["Reason", error.message]]));
    }
    button.disabled = false;
  });
</script>
</body>
</html>
"""

PLAIN = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="icon" href="data:,">
</head>
<body>
<h1>{title}</h1>
{content}
</body>
</html>
"""


def simple(title: str, content: str) -> str:
    """Make a page of a title and HTML below it."""
    return PLAIN.format(title=title, content=content)
