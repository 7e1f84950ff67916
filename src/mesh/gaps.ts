/** What could not be understood of an object, turned into what is missing for a verdict. */
import type { Missing } from "./answer.ts";
import type { Gap, Meta, Pointer } from "./resources/meta.ts";

/** The gaps that touch a field: at it, inside it, or around it. */
export function gapsAt(object: Meta, ...pointers: readonly Pointer[]): readonly Gap[] {
  return object.gaps.filter((gap) => pointers.some((pointer) => touches(gap.pointer, pointer)));
}

export function missingFrom(object: Meta, gaps: readonly Gap[]): readonly Missing[] {
  return gaps.map((gap) => ({
    code: "malformed",
    says: `${object.kind} ${object.namespace}/${object.name}: ${gap.says}`,
    place: { object, pointer: gap.pointer },
  }));
}

function touches(a: Pointer, b: Pointer): boolean {
  return a === b || a.startsWith(`${b}/`) || b.startsWith(`${a}/`);
}
