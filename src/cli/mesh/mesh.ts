/** `mesh`: runs the embedded mesh until somebody ends it, and says how to reach it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { EmbeddedAsks, FromEmbedded } from "../../protocol/embedded.ts";
import { type RunningWorker, startWorker } from "../../workers/start.ts";
import { endingWanted } from "./ending.ts";
import { refusalOf, removeKubeconfig } from "./kubeconfig.ts";
import { ENDED, failedToRun, reachable, STARTING } from "./words.ts";

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
  const refusal = kubeconfig === undefined ? undefined : refusalOf(kubeconfig);
  if (refusal !== undefined) return refused(refusal);
  const folder = kubeconfig === undefined ? mkdtempSync(join(tmpdir(), "mtls-lens-")) : undefined;
  const file = kubeconfig ?? join(folder ?? "", "kubeconfig");
  process.stderr.write(STARTING);
  const gateway = later<string>();
  const worker = started(program, gateway.resolve);
  try {
    const ended = Promise.race([endingWanted(), worker.ended]);
    const access = await Promise.race([worker.ask("start", { kubeconfig: file }), ended.then(stopped)]);
    if (access === undefined) return 0;
    try {
      const timer = setTimeout(() => gateway.resolve(undefined), GATEWAY_MS);
      const address = access.gateway ?? (await Promise.race([gateway.promise, ended.then(() => undefined)]));
      clearTimeout(timer);
      process.stdout.write(reachable(file, address, lab === undefined ? undefined : labFolder(program, lab)));
      stopped(await ended);
      await worker.ask("stop", {});
      process.stderr.write(ENDED);
      return 0;
    } finally {
      removeKubeconfig(file);
    }
  } catch (error) {
    return refused(failedToRun(error instanceof Error ? error.message : String(error)));
  } finally {
    worker.dispose("the command ends");
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  }
}

function started(program: string, gatewayIs: (address: string) => void): Embedded {
  return startWorker<Record<string, never>, EmbeddedAsks, FromEmbedded, Record<string, never>>(
    "the embedded mesh",
    join(dirname(program), "embedded.worker.cjs"),
    {
      told: {
        gateway: ({ address }) => gatewayIs(address),
        failure: ({ says }) => void process.stderr.write(`${says}\n`),
      },
      asked: {},
      failed: ({ message }) => void process.stderr.write(`${message}\n`),
    },
  );
}

/** What Promise.withResolvers, which Node 20 lacks, would give. */
function later<Value>() {
  let resolve: (value: Value | undefined) => void = () => undefined;
  const promise = new Promise<Value | undefined>((settle) => {
    resolve = settle;
  });
  return { promise, resolve: (value: Value | undefined) => resolve(value) };
}

/** Ended by wish is undefined; a worker that crashed is an error of the command. */
function stopped(error: Error | undefined): undefined {
  if (error !== undefined) throw error;
}

function refused(says: string): number {
  process.stderr.write(`${says}\n`);
  return 2;
}

/** The labs' manifests are in the package, beside the programs. */
function labFolder(program: string, lab: string): string {
  return join(dirname(program), "..", "media", "labs", lab, "workspace");
}
