/** Where a scene is played: a folder, a HOME, a kubeconfig and a namespace of its own. */
import { type ChildProcess, spawn } from "node:child_process";
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { mismatches, type Outcome } from "./expectation.ts";
import { withPlaceholders } from "./placeholders.ts";
import type { Scene, Step } from "./scene.ts";

export interface Tools {
  readonly kubeconfig: string;
  readonly kubectl: string;
}

/** Runs the line, and keeps what it exports for the next one. */
const SHELL = `. "$STAGE/exports"; trap 'code=$?; export -p > "$STAGE/exports"; exit $code' EXIT; eval "$1"`;
const LIMIT_MS = 60_000;

export class Stage {
  readonly #scene: Scene;
  readonly #root: string;
  readonly #env: NodeJS.ProcessEnv;
  readonly #literals: Map<string, string>;

  private constructor(scene: Scene, root: string, port: number) {
    this.#scene = scene;
    this.#root = root;
    this.#env = {
      PATH: `${join(root, "bin")}:${process.env.PATH}`,
      HOME: join(root, "home"),
      KUBECONFIG: join(root, "kubeconfig"),
      TMPDIR: "/tmp",
      LC_ALL: "C",
      TZ: "UTC",
      PORT: String(port),
      STAGE: root,
    };
    this.#literals = new Map([
      [join(root, "work"), "<dir>"],
      [String(port), "<port>"],
    ]);
  }

  static async open(scene: Scene, { kubeconfig, kubectl }: Tools): Promise<Stage> {
    const root = mkdtempSync(join(tmpdir(), "scene-"));
    for (const folder of ["work", "bin", "home"]) mkdirSync(join(root, folder));
    symlinkSync(kubectl, join(root, "bin", "kubectl"));
    copyFileSync(kubeconfig, join(root, "kubeconfig"));
    writeFileSync(join(root, "exports"), "");
    if (scene.folder !== undefined) cpSync(scene.folder, join(root, "work"), { recursive: true });
    for (const [name, text] of Object.entries(scene.files ?? {})) {
      const path = join(root, "work", name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text, { mode: text.startsWith("#!") ? 0o755 : 0o644 });
    }
    const stage = new Stage(scene, root, await freePort());
    await stage.#prepare();
    return stage;
  }

  play(step: Step): Promise<readonly string[]> {
    return this.until(step.run, step.retry ?? 0, (outcome) => mismatches(step, outcome), step.stdin);
  }

  /** Runs a line; again and again for as long as it may take, until nothing is wrong. */
  async until(
    line: string,
    seconds: number,
    wrongWith: (outcome: Outcome) => readonly string[],
    stdin?: string,
  ): Promise<readonly string[]> {
    const end = Date.now() + seconds * 1000;
    for (;;) {
      const wrong = wrongWith(await this.#run(line, stdin));
      if (wrong.length === 0 || Date.now() >= end) return wrong;
      await wait(250);
    }
  }

  async close(): Promise<void> {
    const { clean, namespace } = this.#scene;
    if (clean !== undefined) await this.#run(clean);
    if (namespace !== undefined && namespace !== "default") {
      await this.#run(`kubectl delete namespace ${namespace} --ignore-not-found --wait=false`);
    }
    rmSync(this.#root, { recursive: true, force: true });
  }

  async #prepare(): Promise<void> {
    const { clean, namespace } = this.#scene;
    const { stdout: server } = await this.#raw(
      "kubectl config view --minify -o jsonpath='{.clusters[0].cluster.server}'",
    );
    this.#literals.set(server, "<server>");
    this.#literals.set(server.replace(/^https?:\/\//, ""), "<server-host>");
    const { stdout: nodes } = await this.#raw("kubectl get nodes -o jsonpath='{.items[*].metadata.name}'");
    for (const node of nodes.split(/\s+/)) this.#literals.set(node, "<node>");
    if (clean !== undefined) await this.#run(clean);
    if (namespace === undefined) return;
    await this.#run(`kubectl config set-context --current --namespace=${namespace}`);
    if (namespace === "default") return;
    await this.#run(`kubectl delete namespace ${namespace} --ignore-not-found; kubectl create namespace ${namespace}`);
    for (let tries = 0; tries < 50; tries++) {
      const { exit } = await this.#run(
        "kubectl get serviceaccount/default configmap/kube-root-ca.crt configmap/istio-ca-root-cert",
      );
      if (exit === 0) return;
      await wait(200);
    }
  }

  async #run(line: string, stdin?: string): Promise<Outcome> {
    const { exit, stdout, stderr } = await this.#raw(line, stdin);
    const tidy = (text: string) => withPlaceholders(text, this.#literals);
    return { exit, stdout: tidy(stdout), stderr: tidy(stderr) };
  }

  #raw(line: string, stdin = ""): Promise<Outcome> {
    const cwd = join(this.#root, "work");
    const child = spawn("bash", ["-c", SHELL, "bash", line], { cwd, env: this.#env, detached: true });
    const output = { stdout: "", stderr: "" };
    for (const stream of ["stdout", "stderr"] as const) {
      child[stream].setEncoding("utf8").on("data", (text: string) => {
        output[stream] += text;
      });
    }
    child.stdin.on("error", () => {});
    child.stdin.end(stdin);
    const timer = setTimeout(() => endGroup(child), LIMIT_MS);
    return new Promise((resolve) => {
      child.once("close", (code) => {
        clearTimeout(timer);
        resolve({ exit: code ?? 137, ...output });
      });
    });
  }
}

function endGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, "SIGKILL");
  } catch {
    // It has ended meanwhile.
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
