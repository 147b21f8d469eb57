// Send files piece by piece, and go on after a lost connection (tus 1.0.0).
const form = document.querySelector("[data-upload]");
const said = form?.dataset;
const list = form?.querySelector("[data-uploads]");
const spoken = form?.querySelector("[data-upload-status]");
const input = form?.querySelector("input[type=file]");
const PIECE = 1024 * 1024;
const LONGEST = 30000;
const LATER = new Set([0, 409, 423, 429, 460, 500, 502, 503, 504]);
const queue = [];
let running = 0;

class Refused extends Error {}

class Upload {
  constructor(file) {
    this.file = file;
    this.paused = false;
    this.item = document.createElement("li");
    this.item.className = "upload";
    const name = document.createElement("bdi");
    name.textContent = file.name;
    this.words = document.createElement("span");
    this.bar = document.createElement("progress");
    this.bar.max = file.size || 1;
    this.bar.value = 0;
    this.bar.setAttribute("aria-label", file.name);
    this.button = document.createElement("button");
    this.button.type = "button";
    this.button.className = "nhsuk-button nhsuk-button--secondary nhsuk-button--small";
    this.button.addEventListener("click", () => this.toggle());
    this.item.append(name, this.bar, this.words, this.button);
    list.append(this.item);
    this.label();
    this.say(said.waiting);
    this.url = arriving(file);
  }

  label() {
    this.button.textContent = this.paused ? said.go : said.stop;
    const hidden = document.createElement("span");
    hidden.className = "hidden";
    hidden.textContent = ` ${this.file.name}`;
    this.button.append(hidden);
  }

  // Readers aloud hear each change of state once, not each percent.
  say(words, aloud = true) {
    if (this.words.textContent === words) return;
    this.words.textContent = words;
    if (aloud) spoken.textContent = `${this.file.name}: ${words}`;
  }

  toggle() {
    this.paused = !this.paused;
    this.label();
    if (this.paused) {
      this.say(said.paused);
      this.abort?.abort();
    } else this.wake?.();
  }

  async run() {
    let wait = 1000;
    while (true) {
      if (this.paused) await new Promise((wake) => (this.wake = wake));
      try {
        await this.send();
        this.say(said.done);
        this.button.remove();
        return true;
      } catch (error) {
        if (error instanceof Refused) {
          this.say(error.message);
          this.item.classList.add("upload--refused");
          this.button.remove();
          return false;
        }
        if (this.paused) continue;
        this.say(said.lost);
        if (this.moved) wait = 1000;
        this.moved = false;
        await rest(wait);
        wait = Math.min(wait * 2, LONGEST);
      }
    }
  }

  async send() {
    if (!this.url) {
      const made = await answer(this, "POST", said.upload, {
        "Upload-Length": String(this.file.size),
        "Upload-Metadata": `filename ${encoded(this.file.name)}`,
      });
      this.url = made.headers.get("Location");
    }
    const there = await answer(this, "HEAD", this.url);
    let offset = Number(there.headers.get("Upload-Offset"));
    while (offset < this.file.size) {
      this.show(offset);
      const piece = this.file.slice(offset, offset + PIECE);
      const taken = await answer(
        this,
        "PATCH",
        this.url,
        { "Upload-Offset": String(offset), "Content-Type": "application/offset+octet-stream" },
        piece,
      );
      offset = Number(taken.headers.get("Upload-Offset"));
      this.moved = true;
    }
    this.show(offset);
  }

  show(offset) {
    this.bar.value = offset;
    const percent = Math.floor((100 * offset) / (this.file.size || 1));
    this.say(said.sending.replace("{percent}", percent), percent % 25 === 0);
  }
}

// A refusal of the server says in words what was wrong; others are tried again.
async function answer(upload, method, url, headers = {}, body = undefined) {
  upload.abort = new AbortController();
  const found = await fetch(url, {
    method,
    body,
    signal: upload.abort.signal,
    headers: { "Tus-Resumable": "1.0.0", "X-CSRFToken": token(), ...headers },
  });
  if (found.ok) return found;
  const told = await found.json().catch(() => ({}));
  const isOver = /^document\.(closed|not-arriving|too-many-parts)$/.test(told.code);
  if (LATER.has(found.status) && !isOver) throw new Error(String(found.status));
  throw new Refused(told.words || said.failed);
}

function token() {
  return form.elements.csrf_token.value;
}

function encoded(words) {
  return btoa(String.fromCharCode(...new TextEncoder().encode(words)));
}

// The rest of a file that arrived in part, if it is the same one.
function arriving(file) {
  for (const row of document.querySelectorAll("[data-arriving]"))
    if (row.dataset.name === file.name && Number(row.dataset.size) === file.size) {
      const id = row.dataset.arriving;
      delete row.dataset.arriving;
      return `${said.upload.split("?")[0]}/${id}`;
    }
  return undefined;
}

function rest(milliseconds) {
  return new Promise((wake) => {
    const timer = setTimeout(wake, milliseconds);
    window.addEventListener("online", () => (clearTimeout(timer), wake()), { once: true });
  });
}

async function next() {
  if (running || !queue.length) return;
  running += 1;
  const upload = queue.shift();
  const arrived = await upload.run();
  running -= 1;
  if (queue.length) next();
  else if (arrived && !list.querySelector(".upload--refused")) location.assign(form.action);
}

function add(files) {
  for (const file of files) {
    const upload = new Upload(file);
    if (file.size > Number(said.most)) {
      upload.say(said.large);
      upload.item.classList.add("upload--refused");
      upload.button.remove();
    } else queue.push(upload);
  }
  next();
}

if (form) {
  input.multiple = true;
  form.addEventListener("submit", (event) => {
    if (!input.files.length) return;
    event.preventDefault();
    event.stopPropagation();
    add(input.files);
    input.value = "";
  });
  window.addEventListener("beforeunload", (event) => {
    if (running) event.preventDefault();
  });
}
