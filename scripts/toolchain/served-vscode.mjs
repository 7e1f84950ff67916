// VS Code's own server and workbench from the npm package code-server, for machines without a desktop VS Code.
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "../process/failure.mjs";
import { startGroup } from "../process/group.mjs";
import { cachedPackage } from "./cache.mjs";
import { debianPackages } from "./debian.mjs";
import { node24 } from "./project.mjs";

const VERSION = "4.139.1";
const LISTENS = /Extension host agent listening on (\d+)/;
/** What its native modules are compiled with. */
const COMPILER = ["build-essential", "libkrb5-dev", "pkg-config", "python3"];

/** The program of the server; installed when it is not there yet (about 1 GB, two to four minutes). */
export async function serverProgram() {
  if (process.platform === "win32") {
    throw new Failure(
      "A served VS Code is not available on Windows. Install VS Code, or name its program in MTLS_LENS_VSCODE.",
    );
  }
  const wanted = { name: "code-server", version: VERSION, allowScripts: { "code-server": true, argon2: false } };
  const title = `Installing a served VS Code (code-server ${VERSION}, 1 GB, two to four minutes)`;
  const folder = await cachedPackage({
    ...wanted,
    title,
    before: () => (process.platform === "linux" ? debianPackages(COMPILER, "Compiling the served VS Code") : undefined),
  });
  const program = join(folder, "node_modules/code-server/lib/vscode/out/server-main.js");
  if (existsSync(program)) return program;
  throw new Failure(`${folder} holds no VS Code server. Remove that folder and call again.`);
}

/**
 * Starts the server on loopback with the folders of `profile`. Resolves once it listens, to
 * { port, token, log(), ended, stop() }. Without `token` nobody has to know one.
 */
export async function startServer(
  profile,
  { args = [], env = process.env, token = randomBytes(16).toString("hex") } = {},
) {
  const program = await serverProgram();
  const { child, ended, stop } = startGroup(
    node24,
    [
      program,
      ...["--host", "127.0.0.1", "--port", "0", "--connection-token", token],
      ...["--accept-server-license-terms", "--telemetry-level", "off"],
      ...["--user-data-dir", profile.userData, "--extensions-dir", profile.extensions],
      ...["--server-data-dir", profile.serverData],
      ...args,
    ],
    { env, stdio: ["ignore", "pipe", "pipe"] },
  );
  let text = "";
  const port = await new Promise((resolve, reject) => {
    const limit = setTimeout(
      () => reject(new Failure(`The VS Code server did not listen within 60 s:\n${text}`)),
      60_000,
    );
    const read = (chunk) => {
      text += chunk;
      const [, number] = LISTENS.exec(text) ?? [];
      if (number === undefined) return;
      clearTimeout(limit);
      resolve(Number(number));
    };
    child.stdout.setEncoding("utf8").on("data", read);
    child.stderr.setEncoding("utf8").on("data", read);
    ended.then(
      ({ code, signal }) => reject(new Failure(`The VS Code server ended with ${signal ?? code}:\n${text}`)),
      reject,
    );
  });
  return { port, token, log: () => text, ended, stop };
}

/** The address of a window on a folder or a file of several; `payload` as VS Code's workbench reads it. */
export function windowAddress({ port, token }, path, payload = []) {
  const what = path.endsWith(".code-workspace") ? "workspace" : "folder";
  const query = new URLSearchParams({ tkn: token, [what]: path });
  if (payload.length > 0) query.set("payload", JSON.stringify(payload));
  return `http://127.0.0.1:${port}/?${query}`;
}
