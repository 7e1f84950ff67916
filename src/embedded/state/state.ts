/** What a mesh keeps from one start to the next: its objects, and the addresses that people have in their terminals. */
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ServingCertificate } from "../api/certificate.ts";
import type { StoreDump } from "../api/store/store.ts";
import type { Taken } from "../entrance/entrances.ts";

export interface State {
  readonly token: string;
  readonly tls: ServingCertificate;
  readonly port: number;
  readonly entrances: Taken;
  readonly dump: StoreDump;
}

/** A file of another layout is not read: the mesh starts anew. */
const LAYOUT = 1;

export function stateFile(folder: string): string {
  return join(folder, "mesh.json");
}

/** Undefined where there is none, or none that can be read. */
export async function readState(folder: string): Promise<State | undefined> {
  try {
    const { layout, ...state } = JSON.parse(await readFile(stateFile(folder), "utf8")) as State & {
      readonly layout: number;
    };
    return layout === LAYOUT ? state : undefined;
  } catch {
    return undefined;
  }
}

/** Whole or not at all; only its owner can read it, since it holds the token. */
export async function writeState(folder: string, state: State): Promise<void> {
  await mkdir(folder, { recursive: true });
  const fresh = `${stateFile(folder)}.new`;
  await writeFile(fresh, JSON.stringify({ layout: LAYOUT, ...state }), { mode: 0o600 });
  await rename(fresh, stateFile(folder));
}

export async function removeState(folder: string): Promise<void> {
  await rm(stateFile(folder), { force: true });
}
