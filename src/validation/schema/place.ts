/** A place in an object twice: as a pointer, and in the notation of the API server's messages. */
import { type Pointer, under } from "../../mesh/resources/meta.ts";

export interface Place {
  readonly pointer: Pointer;
  /** `spec.subsets[0].name`. */
  readonly path: string;
}

export const ROOT: Place = { pointer: "", path: "" };

export function inField({ pointer, path }: Place, name: string): Place {
  return { pointer: under(pointer, name), path: path === "" ? name : `${path}.${name}` };
}

export function inItem({ pointer, path }: Place, index: number): Place {
  return { pointer: under(pointer, index), path: `${path}[${index}]` };
}

/** An entry of a map, as CEL rules name it. */
export function inEntry({ pointer, path }: Place, key: string): Place {
  return { pointer: under(pointer, key), path: `${path}[${key}]` };
}
