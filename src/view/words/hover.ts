/** The words of the hover: what each level says, who decides, who loses, and who else could call. */
import type { Overruled } from "../../mesh/answer.ts";
import type { EffectiveMode } from "../../mesh/resources/istio.ts";
import type { InboundPort } from "../../mesh/server/ports.ts";
import { counted, listed } from "./list.ts";
import { policyName, whyFirst } from "./policy.ts";

export const CALLERS = "Callers";
export const CALLS = "Calls";
export const DECIDES = "← decides";
export const SILENT = "–";

/** `port 3000 (Service customers:80, HTTP)`. */
export function portTitle({ port, family, services }: InboundPort): string {
  const names = services.map(({ service, port: { port: number } }) => `${service.name}:${number}`);
  return `port ${port} (${names.length === 1 ? "Service" : "Services"} ${listed(names)}, ${FAMILIES[family]})`;
}

export const FAMILIES: Readonly<Record<InboundPort["family"], string>> = {
  HTTP: "HTTP",
  TCP: "TCP",
  AUTO: "protocol detected",
};

export function undeclaredPort(port: number): string {
  return `port ${port} (in no Service)`;
}

export const EVERY_PORT = "every port";

export function noMeshPolicy(rootNamespace: string): string {
  return `no policy in ${rootNamespace}`;
}

export const ISTIO_DEFAULT = "Istio's default PERMISSIVE";

export function overruledText(overruled: Overruled): string {
  return `overruled: ${policyName(overruled.by)} counts, ${whyFirst(overruled)}`;
}

/** What holds for callers that no file names. */
export function othersText(mode: EffectiveMode, known: number): string {
  return `${known === 0 ? "Callers are" : "Other callers are"} not known from these files: ${UNNAMED[mode]}.`;
}

const UNNAMED: Readonly<Record<EffectiveMode, string>> = {
  STRICT: "any caller without a sidecar would break",
  PERMISSIVE: "callers with and without a sidecar work",
  DISABLE: "any caller that sends plaintext works",
};

/** Calls to the addresses of pods that nobody has to look at. */
export function routineText(count: number): string {
  return `${counted(count, "probe or scrape of metrics works", "probes and scrapes of metrics work")}.`;
}

export function morePorts(count: number): string {
  return `${count} more ${count === 1 ? "port" : "ports"}: hover the names of the workloads.`;
}

export const NO_POLICY_REACHES = "No PeerAuthentication decides here: the pods have no sidecar that enforces one.";
