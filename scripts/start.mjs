// npm start: lab 1's verdict in the terminal, then VS Code with the extension on a copy of lab 1's workspace.
import { join } from "node:path";
import { entry } from "./process/entry.mjs";
import { run } from "./process/group.mjs";
import { say } from "./process/progress.mjs";
import { at, node24 } from "./toolchain/project.mjs";

const LAB = at("media/labs/mutual-tls/workspace");
const FILE = "strict-mtls.yaml";

await entry(import.meta.url, async () => {
  const { buildBundles } = await import("./build/bundles.mjs");
  await buildBundles();
  await sayVerdict();

  const { chooseVSCode } = await import("./toolchain/vscode.mjs");
  const { makeProfile } = await import("./toolchain/profile.mjs");
  const vscode = await chooseVSCode();
  // The workspace is our own copy, so nobody has to be asked whether to trust it.
  const profile = makeProfile("start", { workspace: LAB, settings: { "security.workspace.trust.enabled": false } });
  const { code } = await (vscode.kind === "desktop" ? openDesktop(vscode.program, profile) : openServed(profile));
  return code ?? 1;
});

/** What the command line tool says of lab 1, and its verdict alone: `STRICT for … · breaks … → customers:80, no sidecar`. */
async function sayVerdict() {
  let said = "";
  const onText = (text) => {
    said += text;
  };
  await run(node24, [at("dist/cli.cjs"), "check", LAB], { onText });
  const verdict = said
    .trim()
    .replace(/^\S+\s+/, "")
    .replace(/ \(\d+\)/, "");
  console.log(`${said}\nLab 1: ${verdict.split(" · ").slice(0, 2).join(" · ")}`);
}

/** Ends when the window is closed. */
function openDesktop(program, profile) {
  say("VS Code opens now. Ctrl+C here closes it.");
  const folders = [`--user-data-dir=${profile.userData}`, `--extensions-dir=${profile.extensions}`];
  const quiet = ["--skip-welcome", "--skip-release-notes", "--disable-updates", "--new-window"];
  const opened = [`--extensionDevelopmentPath=${at()}`, profile.workspace, join(profile.workspace, FILE)];
  return run(program, [...folders, ...quiet, ...opened], { stdio: "ignore" });
}

/** Ends with this script only. */
async function openServed(profile) {
  const { installUnpacked } = await import("./toolchain/profile.mjs");
  const { startServer, windowAddress } = await import("./toolchain/served-vscode.mjs");
  const { default: manifest } = await import("../package.json", { with: { type: "json" } });
  installUnpacked(profile, at(), manifest);
  const server = await startServer(profile);
  const file = `vscode-remote://127.0.0.1:${server.port}${join(profile.workspace, FILE)}`;
  console.log(`\nOpen ${windowAddress(server, profile.workspace, [["openFile", file]])}\n`);
  say("Ctrl+C ends it.");
  const ended = await server.ended;
  say(`The VS Code server ended:\n${server.log().slice(-1500)}`);
  return ended;
}
