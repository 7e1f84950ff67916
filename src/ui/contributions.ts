/**
 * The commands and settings that package.json contributes, typed. Knows no editor, so that a test can compare both:
 * an id that is only in one of them fails there, and one without its type fails to compile.
 */
import type { LensView } from "../view/lens.ts";
import type { TreeName } from "../view/trees/node.ts";
import type { NodeRef } from "../view/trees/trees.ts";

/** Every command with its argument. */
export interface Commands {
  "mtlsLens.showCallers": NonNullable<LensView["callers"]>;
  /** Code of the finding. */
  "mtlsLens.explain": string;
  "mtlsLens.showLog": undefined;
  "mtlsLens.startEmbeddedMesh": undefined;
  "mtlsLens.stopEmbeddedMesh": undefined;
  "mtlsLens.resetEmbeddedMesh": undefined;
  "mtlsLens.openMeshTerminal": undefined;
  "mtlsLens.openManifest": NodeRef;
  "mtlsLens.openDecider": NodeRef;
  "mtlsLens.showInTree": undefined;
  "mtlsLens.findInTree": undefined;
  "mtlsLens.newPolicy": undefined;
  "mtlsLens.copyObserve": undefined;
}
export type CommandId = keyof Commands;

/** Commands that need an argument are hidden from the palette. */
export const COMMANDS: Readonly<Record<CommandId, "palette" | "hidden">> = {
  "mtlsLens.showCallers": "hidden",
  "mtlsLens.explain": "hidden",
  "mtlsLens.showLog": "palette",
  "mtlsLens.startEmbeddedMesh": "palette",
  "mtlsLens.stopEmbeddedMesh": "palette",
  "mtlsLens.resetEmbeddedMesh": "palette",
  "mtlsLens.openMeshTerminal": "palette",
  "mtlsLens.openManifest": "hidden",
  "mtlsLens.openDecider": "hidden",
  "mtlsLens.showInTree": "palette",
  "mtlsLens.findInTree": "palette",
  "mtlsLens.newPolicy": "palette",
  "mtlsLens.copyObserve": "palette",
};

export const VIEWS: Readonly<Record<TreeName, string>> = {
  mesh: "mtlsLens.mesh",
  policies: "mtlsLens.policies",
};

/** Context keys that clauses of package.json ask for, with their values. */
export interface ContextKeys {
  /** Unset until a view was opened. */
  "mtlsLens.files": "none" | "read";
  "mtlsLens.running": boolean;
}

/** Settings as they come: people type them, so each is decoded before use. */
export interface Settings {
  "mtlsLens.namespaceLabels": unknown;
  "mtlsLens.defaultNamespace": unknown;
  "mtlsLens.severity": unknown;
  "mtlsLens.maxFiles": unknown;
}
export type SettingId = keyof Settings;

export const SETTINGS: Readonly<Record<SettingId, true>> = {
  "mtlsLens.namespaceLabels": true,
  "mtlsLens.defaultNamespace": true,
  "mtlsLens.severity": true,
  "mtlsLens.maxFiles": true,
};
