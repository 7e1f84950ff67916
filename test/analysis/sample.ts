/** Objects for the tests of the index, as short as they can be said. */
import type { Resource } from "../../src/mesh/resources/resource.ts";

export interface Said {
  readonly kind?: string;
  readonly apiVersion?: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly uri: string;
  readonly document?: number;
  readonly created?: string;
}

export function object(said: Said): Resource {
  return {
    form: "other",
    group: "example.org",
    apiVersion: said.apiVersion ?? "example.org/v1",
    kind: said.kind ?? "Thing",
    namespace: said.namespace ?? "shop",
    name: said.name ?? "cart",
    labels: {},
    annotations: {},
    owners: [],
    namespaceFrom: "manifest",
    source: { uri: said.uri, document: said.document ?? 0, pointer: "" },
    gaps: [],
    unknownFields: [],
    ...(said.created === undefined ? {} : { created: said.created }),
  };
}
