// The sign-up form: shows the password on request, and prefers the computer's own time zone to a guess by language.
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
