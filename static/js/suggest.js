// Suggestions while typing: an editable combobox with a list, after the ARIA
// Authoring Practices. The form below it goes on working as it is.
const WAIT_MS = 120;
let lists = 0;

export function suggest(row) {
  const input = row.querySelector("input[type=search]");
  const list = Object.assign(document.createElement("ul"), {
    className: "options", id: `options-${++lists}`, hidden: true,
  });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", row.dataset.label);
  const status = Object.assign(document.createElement("div"), { className: "hidden" });
  status.setAttribute("role", "status");
  row.append(list, status);
  for (const [name, value] of Object.entries({
    role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false",
    "aria-controls": list.id,
  })) input.setAttribute(name, value);

  let items = [], active = -1, timer, request;

  function close() {
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function mark(index) {
    active = index;
    [...list.children].forEach((option, place) =>
      option.setAttribute("aria-selected", String(place === index)));
    const option = list.children[index];
    if (!option) return input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  function show() {
    list.replaceChildren(...items.map((item, index) => {
      const option = document.createElement("li");
      option.id = `${list.id}-${index}`;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      const name = document.createElement("bdi");
      name.textContent = item.text;
      if (item.language) name.lang = item.language;
      const kind = document.createElement("small");
      kind.textContent = item.kind_label;
      option.append(name, kind);
      return option;
    }));
    list.hidden = items.length === 0;
    input.setAttribute("aria-expanded", String(items.length > 0));
    status.textContent = items.length ? `${row.dataset.label}: ${items.length}` : "";
    mark(-1);
  }

  async function ask() {
    request?.abort();
    const text = input.value.trim();
    if (!text) { items = []; return close(); }
    request = new AbortController();
    try {
      const answer = await fetch(`${row.dataset.suggest}?q=${encodeURIComponent(text)}`,
        { signal: request.signal });
      if (!answer.ok || document.activeElement !== input) return;
      items = (await answer.json()).items;
      show();
    } catch { /* Stopped or offline: the form works all the same. */ }
  }

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT_MS);
  });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const { key } = event, last = items.length - 1;
    if (key === "ArrowDown" || key === "ArrowUp") {
      if (last < 0) return;
      event.preventDefault();
      if (list.hidden) show();
      mark(key === "ArrowDown" ? (active < last ? active + 1 : 0)
        : (active > 0 ? active - 1 : last));
    } else if (key === "Enter" && active >= 0 && !list.hidden) {
      event.preventDefault();
      location.assign(items[active].url);
    } else if (key === "Escape" && !list.hidden) {
      event.preventDefault();
      close();
    } else if (key === "Tab") close();
  });
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const index = [...list.children].indexOf(event.target.closest("li"));
    if (index >= 0) location.assign(items[index].url);
  });
  input.addEventListener("blur", close);
}
