// Builds stylesheet, scripts and icon sprite into static/build; `--watch` keeps the stylesheet and scripts fresh.
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const target = resolve(here, "../static/build");
const require = createRequire(import.meta.url);
const watch = process.argv.includes("--watch");

/** One <symbol> per named icon: the file is loaded once and every <use> takes the colour of its text. */
function writeSprite() {
  const folder = join(dirname(require.resolve("lucide-static/package.json")), "icons");
  const symbols = JSON.parse(readFileSync(join(here, "icons.json"), "utf8")).map((name) => {
    const shape = readFileSync(join(folder, `${name}.svg`), "utf8").match(/<svg[^>]*>([\s\S]*)<\/svg>/)[1];
    return `<symbol id="${name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" ` +
      `stroke-linecap="round" stroke-linejoin="round">${shape.replace(/\s*\n\s*/g, "")}</symbol>`;
  });
  const note = "<!-- Icons: Lucide, ISC licence, https://lucide.dev -->";
  writeFileSync(join(target, "icons.svg"), `${note}<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`);
}

const scripts = {
  entryPoints: { app: join(here, "js/app.js"), "order-pad": join(here, "js/order-pad.js") },
  outdir: target,
  bundle: true,
  format: "esm",
  target: "es2020",
  minify: !watch,
  legalComments: "none",
  logLevel: "warning",
};

/** Tailwind's command is run by this very Node: no script on PATH is needed. */
function stylesheet() {
  // The command is not an export of its package, so its file is found beside the package's description.
  const cli = join(dirname(require.resolve("@tailwindcss/cli/package.json")), "dist/index.mjs");
  const args = [cli, "--input", join(here, "css/app.css"), "--output", join(target, "app.css")];
  args.push(watch ? "--watch=always" : "--minify");
  return new Promise((done, failed) => {
    const child = spawn(process.execPath, args, { stdio: ["ignore", "inherit", "inherit"] });
    child.on("error", failed);
    child.on("exit", (code) => (code === 0 ? done() : failed(new Error(`tailwindcss ended with ${code}`))));
  });
}

if (!watch) rmSync(target, { recursive: true, force: true });
mkdirSync(target, { recursive: true });
writeSprite();
if (watch) {
  await (await esbuild.context(scripts)).watch();
  await stylesheet();
} else {
  await Promise.all([esbuild.build(scripts), stylesheet()]);
}
