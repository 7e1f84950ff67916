/** The embedded mesh of this window: started once, stopped, reset, and started again where it ran before a reload. */
import { type Event, EventEmitter, type ExtensionContext, type LogOutputChannel } from "vscode";
import type { EmbeddedAccess, EmbeddedAsks, FromEmbedded } from "../../protocol/embedded.ts";
import { type RunningWorker, startWorker } from "../../workers/start.ts";
import { rememberRunning } from "./memory.ts";

export type MeshState =
  | { readonly is: "stopped" }
  | { readonly is: "starting" }
  | { readonly is: "running"; readonly access: EmbeddedAccess };

type Worker = RunningWorker<Record<string, never>, EmbeddedAsks>;

export class EmbeddedMesh {
  readonly #context: ExtensionContext;
  readonly #log: LogOutputChannel;
  readonly #changed = new EventEmitter<MeshState>();
  #state: MeshState = { is: "stopped" };
  #worker: Worker | undefined;
  #starting: Promise<EmbeddedAccess> | undefined;

  constructor(context: ExtensionContext, log: LogOutputChannel) {
    this.#context = context;
    this.#log = log;
  }

  get state(): MeshState {
    return this.#state;
  }

  get onDidChange(): Event<MeshState> {
    return this.#changed.event;
  }

  /** Of several calls at once all get the same mesh. */
  async start(): Promise<EmbeddedAccess> {
    this.#starting ??= this.#startNow().catch((error: Error) => {
      this.#starting = undefined;
      this.#worker?.dispose("it could not start");
      this.#worker = undefined;
      this.#become({ is: "stopped" });
      throw error;
    });
    return this.#starting;
  }

  async stop(): Promise<void> {
    // One that only starts is stopped when it can be: with what is to be kept written down.
    await this.#starting?.catch(() => undefined);
    const worker = this.#worker;
    if (worker === undefined) return;
    await worker.ask("stop", {});
    worker.dispose("it was stopped");
    this.#forget();
    await rememberRunning(this.#context, false);
  }

  async reset(): Promise<void> {
    await this.start();
    const access = await this.#worker?.ask("reset", {});
    if (access !== undefined) this.#become({ is: "running", access });
  }

  /** The window closes: what is to be kept is written before the worker ends. */
  async dispose(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.ask("stop", {}).catch(() => this.#log.warn("the embedded mesh could not be stopped in time"));
    worker?.dispose("the window closes");
    this.#changed.dispose();
  }

  async #startNow(): Promise<EmbeddedAccess> {
    this.#become({ is: "starting" });
    const folder = this.#context.storageUri ?? this.#context.globalStorageUri;
    const worker: Worker = startWorker<Record<string, never>, EmbeddedAsks, FromEmbedded, Record<string, never>>(
      "mTLS Lens embedded mesh",
      this.#context.asAbsolutePath("dist/embedded.worker.cjs"),
      {
        told: {
          gateway: ({ address }) => this.#gatewayIs(address),
          failure: ({ says, stack }) => this.#log.error(says, stack),
        },
        asked: {},
        failed: (error) => this.#log.error(error.message, error.stack ?? ""),
      },
    );
    this.#worker = worker;
    void worker.ended.then((error) => {
      if (error === undefined || this.#worker !== worker) return;
      this.#log.error("the embedded mesh ended:", error.stack ?? error.message);
      this.#forget();
    });
    const path = `${folder.fsPath}/embedded-mesh`;
    const access = await worker.ask("start", { folder: path, kubeconfig: `${path}/kubeconfig` });
    this.#become({ is: "running", access });
    await rememberRunning(this.#context, true);
    return access;
  }

  #gatewayIs(gateway: string): void {
    if (this.#state.is === "running") this.#become({ is: "running", access: { ...this.#state.access, gateway } });
  }

  #forget(): void {
    this.#worker = undefined;
    this.#starting = undefined;
    this.#become({ is: "stopped" });
  }

  #become(state: MeshState): void {
    this.#state = state;
    this.#changed.fire(state);
  }
}
