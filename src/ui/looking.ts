/** Looks at the documents that are open, until one concerns mutual TLS. */
import { type Disposable, type TextDocument, workspace } from "vscode";
import type { Guard } from "./guard.ts";
import { isManifest } from "./manifests.ts";
import { relevance } from "./relevance.ts";
import { workspaceSpeaksOfIstio } from "./speaks-of-istio.ts";

/** Tells `found` once for every document that does; `looked` gets what is still to be looked at. */
export function lookForManifests(
  guard: Guard,
  found: () => void,
  looked: (at: Promise<unknown>) => void,
): readonly Disposable[] {
  let askedWorkspace: Promise<boolean> | undefined;
  const lookAt = guard("look at a document", async (document: TextDocument) => {
    if (!isManifest(document)) return;
    const relevant = relevance(document.getText());
    if (relevant === "workload") askedWorkspace ??= workspaceSpeaksOfIstio();
    if (relevant === "istio" || (relevant === "workload" && (await askedWorkspace))) found();
  });
  const look = (document: TextDocument) => looked(lookAt(document));
  const listening = [
    workspace.onDidOpenTextDocument(look),
    workspace.onDidChangeTextDocument(({ document }) => look(document)),
  ];
  workspace.textDocuments.forEach(look);
  return listening;
}
