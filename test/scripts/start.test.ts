/** Whether `npm start` shows lab 1's verdict in the terminal and in VS Code, and leaves nothing behind, however it ends. */
import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { launchChromium } from "../../scripts/toolchain/chromium.mjs";
import { root } from "../../scripts/toolchain/project.mjs";
import { type Called, callNpm, endHard, nothingRuns, untilAtWork } from "./called.ts";

const VERDICT = /STRICT for customers-v1 · breaks web-frontend/;
const HEADLINE = "Lab 1: STRICT for customers-v1 · breaks web-frontend → customers:80, no sidecar";
const ADDRESS = /http:\/\/127\.0\.0\.1:(\d+)\/\?tkn=\w+\S*/;
/** So that the desktop VS Code of the person who runs the tests stays closed. */
const SERVED = { DISPLAY: "", WAYLAND_DISPLAY: "" };

describe("npm start with a desktop VS Code", () => {
  const folder = mkdtempSync(join(tmpdir(), "mtls-lens-desktop-"));
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("opens a copy of lab 1 with the extension under development, in a profile of its own, and closes it with npm", async () => {
    const program = join(folder, "code");
    writeFileSync(program, '#!/bin/sh\nprintf "%s\\n" "$@" > "$0.called" && mv "$0.called" "$0.args"\nexec sleep 60\n');
    chmodSync(program, 0o755);
    const called = callNpm(["start"], root, { MTLS_LENS_VSCODE: program });
    try {
      await untilAtWork(called, "the window", () => existsSync(`${program}.args`) || undefined);
      const args = readFileSync(`${program}.args`, "utf8").trim().split("\n");
      assert.ok(args.includes(`--extensionDevelopmentPath=${root}`));
      const [opened = "", file = ""] = args.filter((arg) => !arg.startsWith("--"));
      const [profile = ""] = args.flatMap((arg) => /^--user-data-dir=(.*)\/user$/.exec(arg)?.[1] ?? []);
      assert.deepEqual([opened, file], [`${profile}/workspace`, `${profile}/workspace/strict-mtls.yaml`]);
      assert.equal(existsSync(file), true);
      called.npm.kill("SIGTERM");
      await nothingRuns(called);
      assert.equal(existsSync(profile), false);
    } finally {
      endHard(called);
    }
  });
});

describe("npm start", () => {
  let called: Called;

  beforeEach(() => {
    called = callNpm(["start"], root, SERVED);
  });
  afterEach(() => endHard(called));

  it("shows the lens of lab 1 at the printed address, and Ctrl+C ends all of it", async () => {
    const { address, port } = await printedAddress(called);
    const before = called.output.stdout.slice(0, called.output.stdout.indexOf(address));
    assert.ok(before.split("\n").includes(HEADLINE), before);
    assert.match(await lensAt(address), VERDICT);
    process.kill(-groupOf(called), "SIGINT");
    await leavesNothing(called, port);
  });

  for (const signal of ["SIGTERM", "SIGKILL"] as const) {
    it(`leaves nothing behind when npm gets ${signal}`, async () => {
      const { port } = await printedAddress(called);
      called.npm.kill(signal);
      await leavesNothing(called, port);
    });
  }
});

async function printedAddress(called: Called) {
  const printed = await untilAtWork(called, "the address", () => ADDRESS.exec(called.output.stdout) ?? undefined);
  return { address: printed[0], port: Number(printed[1]) };
}

function groupOf({ npm }: Called): number {
  assert.ok(npm.pid);
  return npm.pid;
}

async function lensAt(address: string): Promise<string> {
  const browser = await launchChromium();
  try {
    const page = await browser.newPage();
    await page.goto(address);
    const lens = page.locator(".codelens-decoration").filter({ hasText: "STRICT" }).first();
    await lens.waitFor({ timeout: 60_000 });
    return ((await lens.textContent()) ?? "").replaceAll("\u00a0", " ");
  } finally {
    await browser.close();
  }
}

async function leavesNothing(called: Called, port: number) {
  await nothingRuns(called);
  assert.equal(await answers(port), false, `port ${port} still answers`);
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
