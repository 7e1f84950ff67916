/** The kinds that are served now, in the order in which discovery lists them. */
import { type Kind, type Kinds, resourceName } from "./kind.ts";

export function createKinds(first: readonly Kind[]): Kinds {
  const byName = new Map(first.map((kind) => [resourceName(kind), kind]));
  let all = [...byName.values()];
  let byKind = indexed(all);
  const refresh = () => {
    all = [...byName.values()];
    byKind = indexed(all);
  };
  return {
    all: () => all,
    byResource: (group, plural) => byName.get(resourceName({ group, plural })),
    byKind: (group, kind) => byKind.get(`${group}/${kind}`),
    define(kind) {
      byName.set(resourceName(kind), kind);
      refresh();
    },
    remove(group, plural) {
      byName.delete(resourceName({ group, plural }));
      refresh();
    },
  };
}

function indexed(kinds: readonly Kind[]): ReadonlyMap<string, Kind> {
  return new Map(kinds.map((kind) => [`${kind.group}/${kind.kind}`, kind]));
}
