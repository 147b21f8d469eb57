// Solve the task of a page: find a number whose digest begins with zeros. The page
// works without this, with a question and a minute of waiting.
const form = document.querySelector("[data-task]");
const status = form?.querySelector("[data-task-status]");
const question = form?.querySelector("[data-task-question]");
const AT_A_TIME = 4000;

// SHA-256 (source: FIPS 180-4), its constants made from the first primes.
const primes = [];
for (let n = 2; primes.length < 64; n++) if (primes.every((p) => n % p)) primes.push(n);
const part = (root) => ((root - Math.floor(root)) * 2 ** 32) | 0;
const K = Int32Array.from(primes, (p) => part(Math.cbrt(p)));
const BEGIN = Int32Array.from(primes.slice(0, 8), (p) => part(Math.sqrt(p)));
const W = new Int32Array(64);
const turn = (x, n) => (x >>> n) | (x << (32 - n));

function block(state, bytes, at) {
  for (let i = 0; i < 16; i++, at += 4)
    W[i] = (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
  for (let i = 16; i < 64; i++) {
    const x = W[i - 15], y = W[i - 2];
    W[i] = (W[i - 16] + (turn(x, 7) ^ turn(x, 18) ^ (x >>> 3)) +
      W[i - 7] + (turn(y, 17) ^ turn(y, 19) ^ (y >>> 10))) | 0;
  }
  let [a, b, c, d, e, f, g, h] = state;
  for (let i = 0; i < 64; i++) {
    const one = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + K[i] + W[i]) | 0;
    const other = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g; g = f; f = e; e = (d + one) | 0; d = c; c = b; b = a; a = (one + other) | 0;
  }
  return [state[0] + a, state[1] + b, state[2] + c, state[3] + d,
    state[4] + e, state[5] + f, state[6] + g, state[7] + h].map((x) => x | 0);
}

// First 32 bits of the digest of ASCII words.
function digest(words) {
  const size = Math.ceil((words.length + 9) / 64) * 64;
  const bytes = new Uint8Array(size);
  for (let i = 0; i < words.length; i++) bytes[i] = words.charCodeAt(i);
  bytes[words.length] = 128;
  new DataView(bytes.buffer).setUint32(size - 4, words.length * 8);
  let state = BEGIN;
  for (let at = 0; at < size; at += 64) state = block(state, bytes, at);
  return state[0] >>> 0;
}

function solve(task, bits, nonce) {
  for (const end = nonce + AT_A_TIME; nonce < end; nonce++)
    if (digest(`${task}:${nonce}`) >>> (32 - bits) === 0) return done(nonce);
  // In pieces, so that the page stays alive.
  setTimeout(solve, 0, task, bits, nonce);
}

function done(nonce) {
  form.elements.nonce.value = nonce;
  status.textContent = form.dataset.ready;
}

if (form) {
  question.hidden = true;
  status.textContent = form.dataset.working;
  solve(form.dataset.task, Number(form.dataset.bits), 0);
}
