/** The state of a container, as its status tells it. */

export type ContainerState =
  | { readonly type: "waiting"; readonly reason: string; readonly message?: string }
  | { readonly type: "running"; readonly startedAt: number }
  | Terminated;

export interface Terminated {
  readonly type: "terminated";
  readonly exitCode: number;
  readonly reason: "Completed" | "Error";
  readonly startedAt: number;
  readonly finishedAt: number;
  readonly id: string;
}

export interface ContainerView {
  readonly name: string;
  readonly image: string;
  readonly state: ContainerState;
  readonly last: Terminated | undefined;
  readonly restarts: number;
  readonly ready: boolean;
  readonly started: boolean;
  /** Of the run that is on, or was the last. */
  readonly id: string | undefined;
}
