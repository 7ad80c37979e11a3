// Menus are <details>: they open without us; here they close again and can be walked by keyboard.
function openMenus() {
  return [...document.querySelectorAll("details[data-menu][open]")];
}

function entries(menu) {
  return [...menu.querySelectorAll(".menu-panel :is(a, button:not([disabled])), .sidebar a")];
}

document.addEventListener("click", (event) => {
  for (const menu of openMenus()) {
    const inside = menu.contains(event.target);
    // A button that submits leaves it open: the field that it finds wanting must be seen.
    if (!inside || event.target.closest("[data-menu] :is(a, .menu-panel button:not([type=submit]))")) menu.open = false;
  }
});

// A table scrolls and would cut its menus off: there the panel is placed on the window, and follows its button.
function place(menu) {
  const [button, panel] = [menu.querySelector("summary").getBoundingClientRect(), menu.querySelector(".menu-panel")];
  const below = innerHeight - button.bottom > panel.offsetHeight + 12;
  panel.style.position = "fixed";
  panel.style.left = "auto";
  panel.style.right = `${document.documentElement.clientWidth - button.right}px`;
  panel.style.top = below ? `${button.bottom + 4}px` : `${Math.max(8, button.top - panel.offsetHeight - 4)}px`;
}

function placeOpen() {
  openMenus().forEach((menu) => menu.closest(".table-frame, .dialog") && place(menu));
}

document.addEventListener("toggle", placeOpen, true);
addEventListener("scroll", placeOpen, { capture: true, passive: true });
addEventListener("resize", placeOpen);

document.addEventListener("focusin", (event) => {
  for (const menu of openMenus()) if (!menu.contains(event.target)) menu.open = false;
});

document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.("details[data-menu]");
  if (!menu) return;
  if (event.key === "Escape" && menu.open) {
    menu.open = false;
    menu.querySelector("summary").focus();
    event.preventDefault();
    return;
  }
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step && event.key !== "Home" && event.key !== "End") return;
  if (event.target.matches("input, select, textarea")) return;
  event.preventDefault();
  menu.open = true;
  const all = entries(menu);
  if (!all.length) return;
  const at = all.indexOf(document.activeElement);
  const first = step === -1 ? all.length - 1 : 0;
  const next = event.key === "Home" ? 0 : event.key === "End" ? all.length - 1 : at < 0 ? first : (at + step + all.length) % all.length;
  all[next].focus();
});
