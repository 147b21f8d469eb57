// Lead from the error summary to the field, and send a form once.
export function errors() {
  const summary = document.querySelector('[data-module="nhsuk-error-summary"]');
  if (summary) {
    summary.tabIndex = -1;
    summary.focus();
    summary.addEventListener("click", (event) => {
      const link = event.target.closest('a[href^="#"]');
      const field = link && document.getElementById(link.hash.slice(1));
      if (!field) return;
      event.preventDefault();
      (field.closest("fieldset, .nhsuk-form-group") ?? field).scrollIntoView();
      field.focus({ preventScroll: true });
    });
  }
  let sent = -Infinity;
  document.addEventListener("submit", (event) => {
    if (!event.submitter?.hasAttribute("data-prevent-double-click")) return;
    if (event.timeStamp - sent < 1000) event.preventDefault();
    else sent = event.timeStamp;
  });
}
