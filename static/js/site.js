import { suggest } from "./suggest.js";
import { refresh } from "./results.js";
import { errors } from "./forms.js";

// Everything here is added to pages that work without it.
document.querySelectorAll("[data-suggest]").forEach(suggest);
if (document.querySelector("[data-results]")) refresh();
errors();
