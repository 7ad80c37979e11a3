// The sign-up form: shows the password on request, prefers the time zone of the computer to a guess by language.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-reveal-button]");
  if (!button) return;
  const field = button.closest("[data-reveal]").querySelector("input");
  const isShown = field.type === "password";
  field.type = isShown ? "text" : "password";
  button.setAttribute("aria-pressed", String(isShown));
  field.focus();
});

const field = document.getElementById("id_timezone");
const list = document.getElementById("time-zones");
const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
const isFresh = document.querySelector("form.form-stack [aria-invalid=true]") === null && document.getElementById("id_company")?.value === "";
if (field && list && isFresh && [...list.options].some((option) => option.value === here)) field.value = here;

// A suggestion that was under way must not replace what somebody types meanwhile.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target.id !== "address-field") return;
  const typed = document.getElementById("id_slug").value;
  const suggested = document.querySelector("#address-field [name=suggested]").value;
  if (typed !== "" && typed !== suggested) event.detail.shouldSwap = false;
});
