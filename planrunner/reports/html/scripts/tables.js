// Requests in the order of any column, and only those whose names have a word in them.
{
  const table = document.querySelector(".sortable");
  const numbers = JSON.parse(document.getElementById("data").textContent).requests;
  const MANY = 12;

  const sortable = (heads, rows) => heads.forEach((head, column) => {
    if (head.classList.contains("plain")) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "sort";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const first = column ? "descending" : "ascending";
      const other = column ? "ascending" : "descending";
      const order = head.getAttribute("aria-sort") === first ? other : first;
      heads.forEach((each) => each.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", order);
      const sign = order === "ascending" ? 1 : -1;
      rows.sort((a, b) => sign * (column
        ? (numbers[a.place][column - 1] ?? -1) - (numbers[b.place][column - 1] ?? -1)
        : a.name.localeCompare(b.name, "en")) || a.place - b.place);
      table.append(...rows.map((row) => row.body));
    });
  });

  const filtered = (rows) => {
    const field = document.createElement("input");
    field.type = "search";
    field.className = "filter";
    field.placeholder = `Find one of ${rows.length} requests`;
    field.setAttribute("aria-label", "Find requests by name");
    field.addEventListener("input", () => rows.forEach((row) => {
      row.body.hidden = !row.name.toLowerCase().includes(field.value.trim().toLowerCase());
    }));
    table.closest(".scroll").before(field);
  };

  if (table) {
    const rows = [...table.tBodies].map((body, place) => ({
      body, place, name: body.rows[0].cells[0].textContent.trim(),
    }));
    sortable([...table.tHead.rows[0].cells], rows);
    if (rows.length > MANY) filtered(rows);
  }
}
