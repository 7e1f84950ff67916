/**
 * Decodes what a person wrote in the settings. A namespace of which anything is not understood
 * is left out and named.
 */
import type { Severity } from "../view/problem.ts";
import type { AnalysisSettings } from "./analysis.ts";

export const NO_SETTINGS: AnalysisSettings = { namespaceLabels: {}, defaultNamespace: "" };

export interface DecodedSettings {
  readonly settings: AnalysisSettings;
  /** One sentence each, naming the setting and what it takes. */
  readonly problems: readonly string[];
}

export function decodeSettings(
  namespaceLabels: unknown,
  defaultNamespace: unknown,
  severity?: unknown,
): DecodedSettings {
  const problems: string[] = [];
  const labels: Record<string, Readonly<Record<string, string>>> = {};
  for (const [namespace, stated] of entries(namespaceLabels, "mtlsLens.namespaceLabels", problems)) {
    const before = problems.length;
    const decoded = decodeLabels(namespace, stated, problems);
    // Half of what was meant would be a statement that nobody made.
    if (problems.length === before) labels[namespace] = decoded;
  }
  const isText = typeof defaultNamespace === "string";
  if (!isText && defaultNamespace !== undefined) {
    problems.push("mtlsLens.defaultNamespace is not a text: write the name of one namespace.");
  }
  const severities = decodeSeverities(severity, problems);
  return {
    settings: {
      namespaceLabels: labels,
      defaultNamespace: isText ? defaultNamespace.trim() : "",
      ...(Object.keys(severities).length === 0 ? {} : { severity: severities }),
    },
    problems,
  };
}

const SEVERITIES: readonly (Severity | "off")[] = ["off", "hint", "information", "warning", "error"];

/** The editor marks codes and words that are none where they are typed; here they are left out. */
function decodeSeverities(value: unknown, problems: string[]): NonNullable<AnalysisSettings["severity"]> {
  const known = entries(value, "mtlsLens.severity", problems).flatMap(([code, word]) => {
    const severity = SEVERITIES.find((each) => each === word);
    return severity === undefined || !/^MTLS\d{3}$/.test(code) ? [] : [[code, severity] as const];
  });
  return Object.fromEntries(known);
}

function decodeLabels(namespace: string, stated: unknown, problems: string[]): Readonly<Record<string, string>> {
  const setting = `mtlsLens.namespaceLabels["${namespace}"]`;
  const labels: Record<string, string> = {};
  for (const [key, value] of entries(stated, setting, problems)) {
    // `true` and `1` are what people type for labels that Kubernetes holds as text.
    if (["string", "boolean", "number"].includes(typeof value)) labels[key] = String(value);
    else problems.push(`${setting}["${key}"] is not a text: write the value of the label.`);
  }
  return labels;
}

function entries(value: unknown, setting: string, problems: string[]): readonly (readonly [string, unknown])[] {
  if (value === undefined) return [];
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return Object.entries(value);
  problems.push(`${setting} is not an object: write "name": value pairs.`);
  return [];
}
