// Suggestions while typing: an editable combobox with a list, after the ARIA
// Authoring Practices. The form around it goes on working as it is.
const WAIT_MS = 120;
const SAY_AFTER_MS = 900;
const MOST_KEPT = 40;
let lists = 0;

function element(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value) made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

// Marks count characters, as the server does, not halves of them.
function words({ text, language, marks = [] }) {
  const letters = Array.from(text);
  const pieces = [];
  let at = 0;
  for (const [begin, end] of marks) {
    if (begin < at) continue;
    pieces.push(letters.slice(at, begin).join(""),
      element("mark", {}, letters.slice(begin, end).join("")));
    at = end;
  }
  return element("bdi", { lang: language }, ...pieces, letters.slice(at).join(""));
}

export function suggest(row) {
  const input = row.querySelector("input[type=search]");
  const name = `options-${++lists}`;
  const list = element("div",
    { class: "options", id: name, role: "listbox", "aria-label": row.dataset.label });
  list.hidden = true;
  const status = element("div", { class: "hidden", role: "status" });
  row.append(list, status);
  for (const [key, value] of Object.entries({
    role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false",
    "aria-controls": name,
  })) input.setAttribute(key, value);

  const kept = new Map();
  let items = [], options = [], active = -1, composing = false;
  let timer, saying, request;

  // Nothing that is under way may change the list any more.
  function settle() {
    clearTimeout(timer);
    request?.abort();
  }

  function say(text) {
    clearTimeout(saying);
    saying = setTimeout(() => { status.textContent = text; }, SAY_AFTER_MS);
  }

  function mark(index) {
    active = index;
    options.forEach((option, place) =>
      option.setAttribute("aria-selected", String(place === index)));
    if (index < 0) return input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-activedescendant", options[index].id);
    options[index].scrollIntoView({ block: "nearest" });
  }

  function close() {
    settle();
    clearTimeout(saying);
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    mark(-1);
  }

  function open() {
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
  }

  function option(item, place) {
    const made = element("div",
      { class: "option", id: `${name}-${place}`, role: "option", "aria-selected": "false" },
      words(item));
    const beside = element("small", {});
    if (item.beside) beside.append(words(item.beside));
    if (item.note) beside.append(item.beside ? " · " : "", element("bdi", {}, item.note));
    if (beside.childNodes.length) made.append(" ", beside);
    return made;
  }

  function show(answer) {
    items = answer.items;
    options = items.map(option);
    const groups = [];
    items.forEach((item, place) => {
      if (!place || item.group !== items[place - 1].group) {
        const heading = element("div",
          { class: "options__kind", id: `${name}-kind-${place}`, role: "presentation" },
          item.group);
        groups.push(element("div",
          { role: "group", "aria-labelledby": heading.id }, heading));
      }
      groups.at(-1).append(options[place]);
    });
    list.replaceChildren(...groups);
    list.scrollTop = 0;
    mark(-1);
    if (items.length) open(); else close();
    say(answer.says);
  }

  function forget() {
    items = options = [];
    list.replaceChildren();
    status.textContent = "";
    close();
  }

  async function ask() {
    settle();
    const text = input.value.trim();
    if (!text) return forget();
    let answer = kept.get(text);
    if (!answer) {
      const mine = request = new AbortController();
      try {
        const response = await fetch(
          `${row.dataset.suggest}?q=${encodeURIComponent(text)}`, { signal: mine.signal });
        if (!response.ok) throw new Error(response.status);
        answer = await response.json();
      } catch {
        // Stopped, offline or refused: the form works all the same.
        if (!mine.signal.aborted) forget();
        return;
      }
      if (mine.signal.aborted) return;
      if (kept.size === MOST_KEPT) kept.delete(kept.keys().next().value);
      kept.set(text, answer);
    }
    if (document.activeElement === input) show(answer);
  }

  function soon() {
    settle();
    timer = setTimeout(ask, WAIT_MS);
  }

  function choose(index) {
    close();
    location.assign(items[index].url);
  }

  function move(step) {
    settle();
    if (list.hidden) {
      if (!options.length) return ask();
      open();
    }
    // Past either end the text itself comes first.
    const count = options.length + 1;
    mark((active + 1 + step + count) % count - 1);
  }

  input.addEventListener("compositionstart", () => { composing = true; settle(); });
  input.addEventListener("compositionend", () => { composing = false; soon(); });
  input.addEventListener("input", (event) => {
    if (!composing && !event.isComposing) soon();
  });
  input.addEventListener("keydown", (event) => {
    if (composing || event.isComposing || event.ctrlKey || event.metaKey) return;
    const { key } = event;
    if (key === "ArrowDown" || key === "ArrowUp") {
      event.preventDefault();
      if (event.altKey) return key === "ArrowUp" ? close() : options.length && open();
      move(key === "ArrowDown" ? 1 : -1);
    } else if (key === "Enter") {
      if (active >= 0 && !list.hidden) {
        event.preventDefault();
        choose(active);
      } else close();
    } else if (key === "Escape") {
      if (!list.hidden) event.preventDefault();
      close();
    } else if (key === "Tab") close();
    else if (["Home", "End", "ArrowLeft", "ArrowRight"].includes(key)) mark(-1);
  });
  // What a finger is on stays where it is, and the text keeps the focus.
  list.addEventListener("pointerdown", settle);
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const index = options.indexOf(event.target.closest("[role=option]"));
    if (index >= 0) choose(index);
  });
  input.addEventListener("blur", close);
  input.form?.addEventListener("submit", close);
}
