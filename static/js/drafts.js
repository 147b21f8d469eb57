// Save a page of a draft while somebody types in it; the button does the same.
const form = document.querySelector("[data-draft]");
const status = form?.querySelector("[data-draft-status]");
const PAUSE = 1500;
let waiting, saving, changed;
// One request at a time: the next one names the revision that this one made.

async function save() {
  if (saving || !changed) return;
  changed = false;
  saving = send();
  await saving;
  saving = undefined;
  if (changed && status.textContent === form.dataset.saved) later();
}

async function send() {
  status.textContent = form.dataset.saving;
  let said = "failed";
  try {
    const answer = await fetch(form.action, {
      method: "POST",
      body: new URLSearchParams(new FormData(form)),
      headers: { "X-Draft": "saving", Accept: "application/json" },
      keepalive: document.hidden,
    });
    const found = await answer.json();
    if (answer.ok) form.elements.revision.value = found.revision;
    if (answer.ok || found.state === "conflict") said = found.state;
  } catch {
    // Offline, or no answer that we know: the words stay, and the button is there.
  }
  status.textContent = form.dataset[said];
}

function later() {
  clearTimeout(waiting);
  waiting = setTimeout(save, PAUSE);
}

form?.addEventListener("input", () => {
  changed = true;
  later();
});
form?.addEventListener("submit", async (event) => {
  clearTimeout(waiting);
  changed = false;
  if (!saving) return;
  event.preventDefault();
  event.stopPropagation();
  await saving;
  form.requestSubmit(event.submitter);
});
document.addEventListener("visibilitychange", () => {
  if (document.hidden) save();
});
