/** The policy itself: which workloads it selects and which modes it sets. */
import { MTLS_MODES, type MtlsMode, type PeerAuthentication, type PortMode } from "../../../mesh/resources/istio.ts";
import type { Meta } from "../../../mesh/resources/meta.ts";
import { defined, entries, type Field, get, isPresent, note, noteUnknownFields, word } from "../field.ts";
import { matchLabels } from "../meta.ts";

export function decodePeerAuthentication(root: Field): Omit<PeerAuthentication, keyof Meta> {
  const spec = get(root, "spec");
  noteUnknownFields(root, ["apiVersion", "kind", "metadata", "spec", "status"]);
  noteUnknownFields(spec, ["selector", "mtls", "portLevelMtls"]);
  noteUnknownFields(get(spec, "selector"), ["matchLabels"]);
  const selector = matchLabels(get(spec, "selector"), "matchLabels");
  return {
    ...(selector && { selector }),
    mode: decodeMode(get(spec, "mtls")),
    ports: defined(entries(get(spec, "portLevelMtls")).map(([key, field]) => decodePort(key, field))),
  };
}

/** A word that is no mode is a gap; so is what a template or an error hides. */
function decodeMode(mtls: Field): MtlsMode {
  if (!isPresent(mtls)) return "UNSET";
  noteUnknownFields(mtls, ["mode"]);
  return word(get(mtls, "mode"), MTLS_MODES) ?? "UNSET";
}

/** Istio API: the keys of portLevelMtls are port numbers of the workload. */
function decodePort(key: string, field: Field): PortMode | undefined {
  const port = /^\d{1,9}$/.test(key) ? Number(key) : 0;
  if (port >= 1 && port <= 65535) return { at: field.at, port, mode: decodeMode(field) };
  note(field, `${key} is not a port number from 1 to 65535`);
  return undefined;
}
