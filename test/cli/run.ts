/** Runs the command line as a person does, as it is shipped, in a folder of their own. */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { buildBundles } from "../../scripts/build/bundles.mjs";

export const ROOT = join(import.meta.dirname, "../..");

/** Inside the project, since the program finds its version in the package around it. */
const built = join(ROOT, ".cache", `cli-${process.pid}`);
await buildBundles({ names: ["cli", "embedded.worker"], outFolder: built });
process.on("exit", () => rmSync(built, { recursive: true, force: true }));

export const PROGRAM = join(built, "cli.cjs");

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** A new folder with a copy of the mutual TLS lab in `lab/`, where the tests of a block run. */
export class Folder {
  readonly path = realpathSync(mkdtempSync(join(tmpdir(), "mtls-lens-cli-")));

  constructor() {
    cpSync(join(ROOT, "media/labs/mutual-tls/workspace"), join(this.path, "lab"), { recursive: true });
  }

  write(file: string, text: string): void {
    mkdirSync(dirname(join(this.path, file)), { recursive: true });
    writeFileSync(join(this.path, file), text);
  }

  run(args: readonly string[], { input = "", from = ".", node = [] as readonly string[] } = {}): Ran {
    const ran = spawnSync(process.execPath, [...node, PROGRAM, ...args], {
      encoding: "utf8",
      cwd: join(this.path, from),
      input,
      maxBuffer: 64_000_000,
      // A mesh that was to be refused runs for ever.
      timeout: 30_000,
    });
    return { code: ran.status, out: ran.stdout, err: ran.stderr };
  }

  remove(): void {
    rmSync(this.path, { recursive: true });
  }
}
