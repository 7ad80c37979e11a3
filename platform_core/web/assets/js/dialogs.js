// Opens and closes <dialog>s, and asks before a form, button or link that says data-confirm.
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog-open]");
  if (opener) document.getElementById(opener.dataset.dialogOpen)?.showModal();
  if (event.target.closest("[data-dialog-close]")) event.target.closest("dialog")?.close();
  // A click on the backdrop is a click on the dialog itself, outside of its box.
  if (event.target.matches("dialog.dialog[open]") && event.detail) {
    const box = event.target.getBoundingClientRect();
    const inside = event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
    if (!inside) event.target.close();
  }
});

/** Asks the question; resolves to the person's answer. */
function confirmed(question, action, tone) {
  const dialog = document.getElementById("confirm");
  if (!dialog) return Promise.resolve(true);
  dialog.querySelector("[data-confirm-text]").textContent = question;
  const yes = dialog.querySelector("[data-confirm-yes]");
  yes.textContent = action || yes.dataset.word;
  yes.classList.toggle("btn-danger", tone !== "primary");
  yes.classList.toggle("btn-primary", tone === "primary");
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((answer) => dialog.addEventListener("close", () => answer(dialog.returnValue === "yes"), { once: true }));
}

const asked = new WeakSet();

document.addEventListener(
  "submit",
  async (event) => {
    const form = event.target;
    const source = event.submitter?.dataset.confirm !== undefined ? event.submitter : form;
    if (source.dataset.confirm === undefined) return;
    if (asked.delete(form)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (await confirmed(source.dataset.confirm, source.dataset.confirmAction, source.dataset.confirmTone)) {
      asked.add(form);
      form.requestSubmit(event.submitter);
    }
  },
  true,
);

document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[data-confirm]");
  if (!link) return;
  event.preventDefault();
  if (await confirmed(link.dataset.confirm, link.dataset.confirmAction, link.dataset.confirmTone)) window.location.assign(link.href);
});

// htmx's own question goes through the same dialog.
document.addEventListener("htmx:confirm", async (event) => {
  if (!event.detail.question) return;
  event.preventDefault();
  if (await confirmed(event.detail.question)) event.detail.issueRequest(true);
});

function showWanted(root) {
  root.querySelectorAll?.("dialog[data-dialog-show]:not([open])").forEach((dialog) => dialog.showModal());
}

showWanted(document);
document.addEventListener("htmx:load", (event) => showWanted(event.target));
