/** Titles of quick fixes: each names what it changes. */
import type { Arrival } from "../../mesh/verdict/verdict.ts";
import { callerName } from "./call.ts";
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
  return `Keep ${caller} working: ${plaintextOn(workload.name, port, others)}`;
}

export function allowPlaintext(workload: string, port: number, others: number): string {
  return `Let outside callers in: ${plaintextOn(workload, port, others)}`;
}

function plaintextOn(workload: string, port: number, others: number): string {
  return `allow plaintext on port ${port} of ${workload}${alsoOthers(others)}`;
}

function alsoOthers(others: number): string {
  return others === 0 ? "" : ` and of ${counted(others, "other workload")} of its policy`;
}

export function sayPlaintext(workload: string, port: number, others: number): string {
  return `Let callers send plaintext: DISABLE for port ${port} of ${workload}${alsoOthers(others)}`;
}

export function declareHttps(service: string, port: number): string {
  return `Declare port ${port} of Service ${service} as HTTPS`;
}

export function throughSidecar(caller: string, port: number): string {
  return `Send calls to port ${port} through the sidecar of ${caller} (needs a restart)`;
}

export function sidecarFirst(workload: string): string {
  return `Start the sidecar of ${workload} before its init containers (needs a restart)`;
}

export function rewriteProbes(workload: string): string {
  return `Let Istio rewrite the probes of ${workload} (needs a restart)`;
}

export function callInClear(service: string): string {
  return `Let callers send plaintext to Service ${service}: a DestinationRule with DISABLE`;
}

export function chooseAutomatically(rule: string): string {
  return `Let Istio choose for each pod: remove tls from ${rule}`;
}

export function repeatTls(mode: string, port: number): string {
  return `Repeat ${mode} for port ${port}`;
}

export function putIntoMesh(name: string): string {
  return `Put ${name} into the mesh (needs a restart)`;
}

export const permitFirst = "Go to PERMISSIVE first";
