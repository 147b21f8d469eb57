// Show new results as soon as a filter is ticked: the same address that the
// form would open, put into the page in place of the old results.
export function refresh() {
  const results = () => document.querySelector("[data-results]");
  const status = Object.assign(document.createElement("div"), { className: "hidden" });
  status.setAttribute("role", "status");
  document.body.append(status);
  let request;

  async function load(url) {
    request?.abort();
    request = new AbortController();
    const old = results();
    old.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(url, { signal: request.signal });
      if (!answer.ok) throw new Error(answer.status);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const next = page.querySelector("[data-results]");
      const open = [...old.querySelectorAll("details")].map((part) =>
        part.open && (part.querySelector("input")?.id ?? ""));
      for (const part of next.querySelectorAll("details"))
        if (open.includes(part.querySelector("input")?.id ?? "")) part.open = true;
      const focused = document.activeElement?.id;
      old.replaceWith(next);
      document.title = page.title;
      if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
      status.textContent = next.querySelector("[data-total]").textContent;
      return true;
    } catch (error) {
      if (error.name !== "AbortError") location.assign(url);
      return false;
    }
  }

  document.addEventListener("change", async (event) => {
    const form = event.target.closest("[data-filters]");
    if (!form) return;
    const url = new URL(form.action);
    url.search = new URLSearchParams(new FormData(form));
    if (url.searchParams.get("sort") === "relevance") url.searchParams.delete("sort");
    if (await load(url)) history.pushState(null, "", url);
  });
  addEventListener("popstate", () => { if (!location.hash) load(location.href); });
}
