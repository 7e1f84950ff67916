/** The workspace at one moment, for whoever looks once and edits nothing. */
import type { Stated } from "../mesh/build.ts";
import type { FileInput } from "../view/input.ts";
import type { TreeInput } from "../view/trees/node.ts";
import type { ManifestFile } from "./manifest-file.ts";
import { Workspace } from "./workspace/workspace.ts";

export interface Snapshot {
  inputOf(uri: string): FileInput | undefined;
  /** What is of no file. */
  whole(): TreeInput;
}

/** Invariant: the order of `files` is that of their names, whatever order they were read in. */
export function takeSnapshot(
  files: readonly ManifestFile[],
  stated: Stated,
  severities: NonNullable<FileInput["severities"]> = {},
): Snapshot {
  return new Workspace(files, stated, severities);
}
