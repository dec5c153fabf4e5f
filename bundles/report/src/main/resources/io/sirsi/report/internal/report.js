(() => {
  "use strict";

  const root = document.documentElement;
  root.classList.add("scripted");
  const byId = (id) => document.getElementById(id);
  const number = new Intl.NumberFormat("en");

  /** An element; text goes in as text, never as markup. */
  const make = (name, text, className) => {
    const element = document.createElement(name);
    if (text !== undefined) element.textContent = text;
    if (className) element.className = className;
    return element;
  };

  drawCharts();
  if (byId("table")) showResources();

  // Charts: each reads the table of figures below it.

  function drawCharts() {
    const MOST_BARS = 20;
    const LONGEST_LABEL = 34;
    const charts = [];
    const colour = (name) => getComputedStyle(root).getPropertyValue(name).trim();
    const short = (label) =>
      label.length > LONGEST_LABEL ? label.slice(0, LONGEST_LABEL - 1) + "\u2026" : label;

    for (const figure of document.querySelectorAll("figure")) {
      const bars = [...figure.querySelectorAll("tbody tr")].map((row) => ({
        label: row.cells[0].textContent,
        value: Number(row.cells[1].dataset.value),
      }));
      if (bars.length > MOST_BARS) {
        const rest = bars.splice(MOST_BARS - 1);
        bars.push({
          label: rest.length + " others",
          value: rest.reduce((sum, bar) => sum + bar.value, 0),
        });
      }
      figure.querySelector(".canvas").style.height = bars.length * 26 + 44 + "px";
      charts.push(
        new Chart(figure.querySelector("canvas"), {
          type: "bar",
          data: {
            labels: bars.map((bar) => short(bar.label)),
            datasets: [{ data: bars.map((bar) => bar.value), maxBarThickness: 18 }],
          },
          options: {
            indexAxis: "y",
            animation: false,
            maintainAspectRatio: false,
            plugins: {
              legend: { display: false },
              tooltip: {
                callbacks: {
                  title: (items) => bars[items[0].dataIndex].label,
                  label: (item) => number.format(item.raw),
                },
              },
            },
            scales: {
              x: { beginAtZero: true, ticks: { precision: 0, maxTicksLimit: 8 } },
              y: { grid: { display: false }, ticks: { autoSkip: false } },
            },
          },
        }),
      );
    }

    const paint = () => {
      for (const chart of charts) {
        chart.data.datasets[0].backgroundColor = colour("--bar");
        for (const axis of [chart.options.scales.x, chart.options.scales.y]) {
          axis.ticks.color = colour("--ink");
          axis.border = { color: colour("--line") };
        }
        chart.options.scales.x.grid = { color: colour("--line") };
        chart.resize();
        chart.update();
      }
    };
    paint();
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", paint);
    matchMedia("print").addEventListener("change", paint);
    const folded = document.getElementsByClassName("group");
    let opened = [];
    addEventListener("beforeprint", () => {
      opened = [...folded].filter((group) => !group.open);
      for (const group of opened) group.open = true;
      paint();
    });
    addEventListener("afterprint", () => {
      for (const group of opened) group.open = false;
      paint();
    });
  }

  // The table: all rows are kept as data, one page of them is in the document.

  function showResources() {
    const MOST_PRINTED = 1000;
    const [PROVIDER, ACCOUNT, REGION, TYPE, ID, NAME, TAGS, ATTRIBUTES] = [0, 1, 2, 3, 4, 5, 6, 7];
    const COLUMNS = [
      [TYPE, "Type", "code"],
      [NAME, "Name", ""],
      [ID, "Id", "code"],
      [REGION, "Region", ""],
      [ACCOUNT, "Account", ""],
      [PROVIDER, "Provider", ""],
    ];
    const CHOICES = [
      ["type", TYPE],
      ["provider", PROVIDER],
      ["account", ACCOUNT],
      ["region", REGION],
    ];
    const rows = JSON.parse(byId("rows").textContent);
    const order = new Intl.Collator("en", { numeric: true });
    const unfolded = new Set();
    const body = byId("table").tBodies[0];
    const form = document.querySelector(".filter");
    let matching = rows;
    let sortedBy = -1;
    let descending = false;
    let page = 0;
    let texts = null;
    let only = null;

    for (const [id, column] of CHOICES) {
      const select = byId(id);
      const all = make("option", "all");
      all.value = "";
      select.append(all);
      const values = [...new Set(rows.map((row) => row[column]))].sort(order.compare);
      for (const value of values) {
        const option = make("option", value);
        option.value = value;
        select.append(option);
      }
      select.addEventListener("change", filter);
    }
    const heads = COLUMNS.map(([column, title]) => {
      const head = make("th");
      head.scope = "col";
      const button = make("button", title);
      button.type = "button";
      button.addEventListener("click", () => {
        descending = sortedBy === column && !descending;
        sortedBy = column;
        filter();
      });
      head.append(button);
      byId("table").tHead.rows[0].append(head);
      return head;
    });

    let typing = 0;
    byId("find").addEventListener("input", () => {
      clearTimeout(typing);
      typing = setTimeout(filter, 120);
    });
    byId("size").addEventListener("change", filter);
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("reset", () => setTimeout(filter));
    const go = (id, target) =>
      byId(id).addEventListener("click", () => {
        page = target();
        render();
      });
    go("first", () => 0);
    go("previous", () => page - 1);
    go("next", () => page + 1);
    go("last", () => pages() - 1);
    for (const button of document.querySelectorAll(".show")) {
      button.addEventListener("click", () => showOnly(button.dataset));
    }
    addEventListener("beforeprint", () => render(MOST_PRINTED));
    addEventListener("afterprint", () => render());
    filter();

    function size() {
      return Number(byId("size").value);
    }

    function pages() {
      return Math.max(1, Math.ceil(matching.length / size()));
    }

    function filter() {
      only = null;
      const words = byId("find").value.toLowerCase().split(/\s+/).filter(Boolean);
      if (words.length && !texts) {
        texts = new Map(rows.map((row) => [row, row.flat().join("\n").toLowerCase()]));
      }
      const wanted = CHOICES.map(([id, column]) => [column, byId(id).value]).filter(
        ([, value]) => value !== "",
      );
      matching = rows.filter(
        (row) =>
          wanted.every(([column, value]) => row[column] === value) &&
          words.every((word) => texts.get(row).includes(word)),
      );
      if (sortedBy >= 0) {
        const sign = descending ? -1 : 1;
        matching.sort((a, b) => sign * order.compare(a[sortedBy], b[sortedBy]));
      }
      page = 0;
      render();
    }

    /** The one resource of a finding, unfolded. */
    function showOnly({ type, id, region, account }) {
      form.reset();
      setTimeout(() => {
        only = id;
        matching = rows.filter(
          (row) =>
            row[TYPE] === type && row[ID] === id && row[REGION] === region && row[ACCOUNT] === account,
        );
        for (const row of matching) unfolded.add(row);
        page = 0;
        render();
        byId("resources").focus();
        byId("resources").scrollIntoView();
      });
    }

    function render(most) {
      const from = most ? 0 : page * size();
      const shown = matching.slice(from, from + (most || size()));
      body.replaceChildren(...shown.flatMap((row, index) => lines(row, index)));
      heads.forEach((head, index) => {
        if (COLUMNS[index][0] === sortedBy) {
          head.setAttribute("aria-sort", descending ? "descending" : "ascending");
        } else {
          head.removeAttribute("aria-sort");
        }
      });
      const hidden = most && matching.length > most ? ", the first " + number.format(most) + " are printed" : "";
      byId("status").textContent =
        (only === null ? "" : "Only the resource of one finding; Clear shows all. ") +
        number.format(matching.length) +
        " of " +
        number.format(rows.length) +
        (rows.length === 1 ? " resource" : " resources") +
        hidden;
      byId("page").textContent = "Page " + number.format(page + 1) + " of " + number.format(pages());
      byId("first").disabled = byId("previous").disabled = page === 0;
      byId("last").disabled = byId("next").disabled = page >= pages() - 1;
    }

    function lines(row, index) {
      const line = make("tr");
      const first = make("td");
      const button = make("button", unfolded.has(row) ? "\u2212" : "+", "unfold");
      const insideId = "inside-" + index;
      button.type = "button";
      button.setAttribute("aria-label", "Tags and attributes of " + row[NAME]);
      button.setAttribute("aria-expanded", String(unfolded.has(row)));
      first.append(button);
      line.append(first);
      for (const [column, , className] of COLUMNS) {
        const cell = make("td");
        cell.append(make("bdi", row[column], className));
        line.append(cell);
      }
      button.addEventListener("click", () => {
        const open = !unfolded.delete(row);
        if (open) {
          unfolded.add(row);
          line.after(inside(row, insideId));
        } else {
          byId(insideId).remove();
        }
        button.textContent = open ? "\u2212" : "+";
        button.setAttribute("aria-expanded", String(open));
      });
      return unfolded.has(row) ? [line, inside(row, insideId)] : [line];
    }

    function inside(row, id) {
      const line = make("tr", undefined, "inside");
      line.id = id;
      const cell = make("td");
      cell.colSpan = COLUMNS.length + 1;
      cell.append(pairs("Attributes", row[ATTRIBUTES]), pairs("Tags", row[TAGS]));
      line.append(cell);
      return line;
    }

    function pairs(title, flat) {
      const part = make("div");
      part.append(make("h4", flat.length ? title : title + ": none"));
      const list = make("dl", undefined, "pairs");
      for (let i = 0; i < flat.length; i += 2) {
        const pair = make("div");
        const value = make("dd");
        value.append(make("bdi", flat[i + 1]));
        pair.append(make("dt", flat[i]), value);
        list.append(pair);
      }
      if (flat.length) part.append(list);
      return part;
    }
  }
})();
