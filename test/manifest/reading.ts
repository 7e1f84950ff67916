/** Short ways for tests to read one text. */
import type { ManifestDocument } from "../../src/manifest/manifest.ts";
import { type ReadOptions, readManifest } from "../../src/manifest/read-manifest.ts";
import type { Gap } from "../../src/mesh/resources/meta.ts";
import type { Resource } from "../../src/mesh/resources/resource.ts";

export const URI = "file:///w/file.yaml";

export function documentsOf(text: string, options: Partial<ReadOptions> = {}): readonly ManifestDocument[] {
  return readManifest(URI, text, { defaultNamespace: "", ...options }).documents;
}

export function resourcesOf(text: string, options: Partial<ReadOptions> = {}): readonly Resource[] {
  return documentsOf(text, options).flatMap(({ resources }) => resources);
}

/** The problems as `code "text at the span"`. */
export function problemsOf(text: string): readonly string[] {
  return documentsOf(text).flatMap(({ problems }) =>
    problems.map(({ code, span }) => `${code} ${JSON.stringify(text.slice(span.start, span.end))}`),
  );
}

/** The gaps as `why pointer`, sorted. */
export function gapsOf(resource: { readonly gaps: readonly Gap[] } | undefined): readonly string[] {
  return (resource?.gaps ?? []).map(({ why, pointer }) => `${why} ${pointer}`).sort();
}

/** A PeerAuthentication with this spec, written from the first column. */
export function policy(spec: string): string {
  const indented = spec.replace(/^(?=[^\n])/gm, "  ");
  return `apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata:\n  name: default\n  namespace: shop\nspec:\n${indented}`;
}
