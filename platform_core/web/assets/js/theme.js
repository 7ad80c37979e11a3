// Light, dark or the system's choice: kept in a cookie the server reads, so that no page flashes.
const YEAR_S = 31536000;

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-theme-toggle]");
  if (!button) return;
  const root = document.documentElement;
  const now = root.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
  root.dataset.theme = now === "dark" ? "light" : "dark";
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `dd_theme=${root.dataset.theme}; Path=/; Max-Age=${YEAR_S}; SameSite=Lax${secure}`;
});
