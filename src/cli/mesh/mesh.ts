/** `mesh`: runs the embedded mesh until somebody ends it, and says how to reach it. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { EmbeddedAsks, FromEmbedded } from "../../protocol/embedded.ts";
import { type RunningWorker, startWorker } from "../../workers/start.ts";
import { ENDED, foreignKubeconfig, reachable, STARTING } from "./words.ts";

export interface MeshOptions {
  /** Where the kubeconfig goes; absent: a folder of its own, removed at the end. */
  readonly kubeconfig?: string;
  /** A lab whose files are to be at hand. */
  readonly lab?: string;
}

type Embedded = RunningWorker<Record<string, never>, EmbeddedAsks>;

/** How long the gateway may take to get its address before the mesh is announced without it. */
const GATEWAY_MS = 10_000;

/** Returns the exit code when the mesh has ended. `program` is the file that runs: the worker's bundle stands beside it. */
export async function mesh({ kubeconfig, lab }: MeshOptions, program: string): Promise<number> {
  if (kubeconfig !== undefined && !isOurs(kubeconfig)) {
    process.stderr.write(foreignKubeconfig(kubeconfig));
    return 2;
  }
  const folder = kubeconfig === undefined ? mkdtempSync(join(tmpdir(), "mtls-lens-")) : undefined;
  const file = kubeconfig ?? join(folder ?? "", "kubeconfig");
  process.stderr.write(STARTING);
  const gateway = later<string>();
  const worker: Embedded = startWorker<Record<string, never>, EmbeddedAsks, FromEmbedded, Record<string, never>>(
    "embedded mesh",
    join(dirname(program), "embedded.worker.cjs"),
    {
      told: {
        gateway: ({ address }) => gateway.resolve(address),
        failure: ({ says }) => void process.stderr.write(`${says}\n`),
      },
      asked: {},
      failed: ({ message }) => void process.stderr.write(`${message}\n`),
    },
  );
  try {
    const ended = Promise.race([signalled(), worker.ended]);
    const access = await worker.ask("start", { kubeconfig: file });
    if (access.gateway !== undefined) gateway.resolve(access.gateway);
    const timer = setTimeout(() => gateway.resolve(undefined), GATEWAY_MS);
    const address = await gateway.promise;
    clearTimeout(timer);
    process.stdout.write(reachable(file, address, lab === undefined ? undefined : labFolder(program, lab)));
    const error = await ended;
    if (error instanceof Error) throw error;
    await worker.ask("stop", {});
    process.stderr.write(ENDED);
    return 0;
  } finally {
    worker.dispose("the command ends");
    if (folder === undefined) rmSync(file, { force: true });
    else rmSync(folder, { recursive: true, force: true });
  }
}

/** A file that is there is only written over where an embedded mesh has written it. */
function isOurs(file: string): boolean {
  return !existsSync(file) || readFileSync(file, "utf8").includes("mtls-lens-embedded");
}

/** A value that somebody else will know. */
function later<Value>() {
  let resolve: (value: Value | undefined) => void = () => {};
  const promise = new Promise<Value | undefined>((settle) => {
    resolve = settle;
  });
  return { promise, resolve: (value: Value | undefined) => resolve(value) };
}

/** Settles with undefined when a person or the system wants the command to end. */
function signalled(): Promise<undefined> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => resolve(undefined));
  });
}

/** The labs' manifests are in the package, beside the programs. */
function labFolder(program: string, lab: string): string {
  return join(dirname(program), "..", "media", "labs", lab, "workspace");
}
