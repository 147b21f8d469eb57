// Walk through the list of cases: j the next, k the one before; Enter opens a link anyway.
const links = [...document.querySelectorAll("[data-inbox] [data-row]")];

function types(element) {
  return element?.closest?.("input, select, textarea, [contenteditable]");
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (types(event.target) || !["j", "k"].includes(event.key) || !links.length) return;
  const row = event.target.closest?.("tr")?.querySelector("[data-row]");
  const now = links.indexOf(row);
  const next = event.key === "j" ? now + 1 : Math.max(now, 1) - 1;
  links[Math.min(next, links.length - 1)].focus();
  event.preventDefault();
});
