// Stands in for the program of VS Code that @vscode/test-electron starts: same arguments, same exit codes, and behind it
// VS Code's server shown in a headless Chromium. A host or page that dies, or that never reports, ends with a code too.
import { format } from "node:util";
import { Failure } from "../../../scripts/process/failure.mjs";
import { lead } from "../../../scripts/process/lead.mjs";
import { launchChromium } from "../../../scripts/toolchain/chromium.mjs";
import { startServer, windowAddress } from "../../../scripts/toolchain/served-vscode.mjs";
import { readArguments } from "./arguments.mjs";
import { openWithDevelopment } from "./development.mjs";

const LIMIT = 8 * 60_000;
const HOST_DIED = /Extension Host Process exited with code: (\S+), signal: (\S+?)\.?\s/;
/** What the workbench itself says while it starts, on the channel that the tests write to. */
const WORKBENCH =
  /^(Resolv(ing|ed) connection token|Creating a socket|\[reconnection-grace-time\]|\[Service Worker\]|\[AgentHost|\[AccountPolicyGate\]|Updating additional builtin|Error while fetching the extension under development|Timed out waiting for authentication provider|getaddrinfo ENOTFOUND|Canceled: Canceled|No search provider registered for scheme|Loading development extension at|Request to .*package\.nls\.json)/;

await lead(async (args) => {
  const { workspace, extensions, tests, userData, extensionsFolder } = readArguments(args);
  const profile = { userData, extensions: extensionsFolder, serverData: `${userData}-server` };
  const trustFlag = process.env.MTLS_LENS_UNTRUSTED ? [] : ["--disable-workspace-trust"];
  const server = await startServer(profile, { args: trustFlag });
  const browser = await launchChromium();
  try {
    const page = await browser.newPage({ viewport: { width: 1400, height: 900 }, locale: "en-US" });
    const ends = outcome(server, browser, page);
    await page.exposeFunction("codeAutomationLog", (level, values) => {
      const text = format(...values).replace(/\n$/, "");
      if (!WORKBENCH.test(text)) (level === "error" ? process.stderr : process.stdout).write(`${text}\n`);
    });
    await openWithDevelopment(page, windowAddress(server, workspace), { extensions, tests });
    return await ends;
  } finally {
    await browser.close();
  }
});

/** The exit code that the workbench reports, or a failure that says what ended before it could. */
function outcome(server, browser, page) {
  return new Promise((resolve, reject) => {
    const fail = (text) => reject(new Failure(`${text}\n${server.log().slice(-1500)}`));
    // The last lines of the tests come on another channel.
    const report = (code) => {
      setTimeout(resolve, 300, code);
    };
    page.exposeFunction("codeAutomationExit", report).catch(reject);
    page.once("crash", () => fail("The page of VS Code crashed."));
    browser.once("disconnected", () => fail("Chromium ended early."));
    server.ended.then(({ code, signal }) => fail(`The VS Code server ended early with ${signal ?? code}.`), reject);
    setTimeout(() => fail(`The tests in VS Code did not end within ${LIMIT / 60_000} minutes.`), LIMIT).unref();
    setInterval(() => {
      const [, code, signal] = HOST_DIED.exec(server.log()) ?? [];
      // A host that ends in order reports first.
      if (code) setTimeout(fail, 3000, `The extension host died (code ${code}, signal ${signal}).`);
    }, 500).unref();
  });
}
