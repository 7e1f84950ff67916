/** Titles of quick fixes: each names what it changes. */
import type { Arrival } from "../../mesh/verdict/verdict.ts";
import { callerName, nameFrom } from "./call.ts";
import { counted } from "./list.ts";

/** For a word, a field or a label that is written in another way than was meant. */
export function change(from: string, to: string): string {
  return `Change ${from} to ${to}`;
}

export function changeIn(from: string, to: string, where: string): string {
  return `${change(from, to)} in ${where}`;
}

export function remove(what: string): string {
  return `Remove ${what}`;
}

export function changePort(from: number, to: number, workload: string): string {
  return `Change port ${from} to ${to}, where ${workload} listens`;
}

/** `others` is the number of further workloads that the changed policy selects. */
export function keepWorking({ call, workload, port }: Arrival, others: number): string {
  const caller = callerName(call.caller, workload.namespace);
  const also = others === 0 ? "" : ` and of ${counted(others, "other workload")} of its policy`;
  return `Keep ${caller} working: allow plaintext on port ${port} of ${workload.name}${also}`;
}

export function putIntoMesh({ call, workload }: Arrival): string {
  const name = call.caller.type === "workload" ? nameFrom(workload.namespace, call.caller.workload) : call.caller.name;
  return `Put ${name} into the mesh (needs a restart)`;
}
