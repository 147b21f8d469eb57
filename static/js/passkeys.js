// Let a device make or use a passkey. A form with data-passkey="make" or "use" holds
// the question in data-question; the answer is sent in its field "credential".
const toBytes = (word) =>
  Uint8Array.from(atob(word.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));

const toWord = (bytes) =>
  btoa(String.fromCharCode(...new Uint8Array(bytes)))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");

const named = (keys) => (keys ?? []).map((key) => ({ ...key, id: toBytes(key.id) }));

async function make(question) {
  const key = await navigator.credentials.create({
    publicKey: {
      ...question,
      challenge: toBytes(question.challenge),
      user: { ...question.user, id: toBytes(question.user.id) },
      excludeCredentials: named(question.excludeCredentials),
    },
  });
  return [key, {
    attestationObject: toWord(key.response.attestationObject),
    transports: key.response.getTransports?.() ?? [],
  }];
}

async function use(question) {
  const key = await navigator.credentials.get({
    publicKey: {
      ...question,
      challenge: toBytes(question.challenge),
      allowCredentials: named(question.allowCredentials),
    },
  });
  const { authenticatorData, signature, userHandle } = key.response;
  return [key, {
    authenticatorData: toWord(authenticatorData),
    signature: toWord(signature),
    userHandle: userHandle ? toWord(userHandle) : null,
  }];
}

function offer(form) {
  const { passkey, question } = form.dataset;
  const refused = form.querySelector("[data-refused]");
  form.addEventListener("submit", async (event) => {
    // Without a name the server says so, before a device has made anything.
    if (form.elements.name?.value.trim() === "") return;
    event.preventDefault();
    refused.hidden = true;
    try {
      const [key, answer] = await (passkey === "make" ? make : use)(JSON.parse(question));
      form.elements.credential.value = JSON.stringify({
        id: key.id,
        rawId: toWord(key.rawId),
        type: key.type,
        clientExtensionResults: key.getClientExtensionResults(),
        response: { clientDataJSON: toWord(key.response.clientDataJSON), ...answer },
      });
      form.submit();
    } catch {
      refused.hidden = false;
    }
  });
  form.hidden = false;
}

if (window.PublicKeyCredential) {
  document.querySelectorAll("[data-without-passkeys]").forEach((note) => (note.hidden = true));
  document.querySelectorAll("form[data-passkey]").forEach(offer);
}
