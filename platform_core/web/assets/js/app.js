// Loaded on every page: htmx and the small behaviours, all by delegation, so that swapped-in parts need no set-up.
import "./hypermedia.js";
import "./theme.js";
import "./menus.js";
import "./links.js";
import "./dialogs.js";
import "./bulk.js";
import "./forms.js";
import "./columns.js";
import "./copy.js";
import { watchToasts } from "./toasts.js";
import { forgetPlacedPads } from "./pad-memory.js";

document.documentElement.classList.add("js");
watchToasts();
forgetPlacedPads(document);
