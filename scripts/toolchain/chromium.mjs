// The browser that shows a served VS Code in tests: the one named, one that is installed, else Debian's chromium.
import { Failure } from "../process/failure.mjs";
import { debianPackages } from "./debian.mjs";
import { executable, onPath } from "./path.mjs";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge"];
const PLACES = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
  "C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe",
];
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-dev-shm-usage",
  "--no-proxy-server",
  // The page can reach nothing but our own server.
  "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
];

export async function chromiumPath() {
  const named = process.env.MTLS_LENS_CHROMIUM;
  if (named) {
    if (executable(named)) return named;
    throw new Failure(
      `MTLS_LENS_CHROMIUM names ${named}, which is not a program. Name a Chromium or Chrome, or unset it.`,
    );
  }
  const found = onPath(...NAMES) ?? PLACES.find(executable);
  if (found) return found;
  await debianPackages(["chromium"], "The browser for the tests");
  const installed = onPath(...NAMES);
  if (installed) return installed;
  throw new Failure("No Chromium or Chrome was found. Install one, or name its program in MTLS_LENS_CHROMIUM.");
}

/** Signals are the script's own business, so the browser installs no handlers. */
export async function launchChromium() {
  const { chromium } = await import("playwright-core");
  return chromium.launch({
    executablePath: await chromiumPath(),
    args: FLAGS,
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  });
}
