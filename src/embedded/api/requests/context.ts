/** What every write has at hand. */
import type { Kind, Kinds } from "../kinds/kind.ts";
import type { KubernetesObject } from "../object.ts";
import type { AdmissionRequest, Mutator, Validator, WriteOptions } from "../resources.ts";
import type { Store } from "../store/store.ts";

export interface Context {
  readonly store: Store;
  readonly kinds: Kinds;
  readonly mutators: readonly Mutator[];
  readonly validators: readonly Validator[];
  now(): number;
}

/** A kind that is always served. */
export function builtIn({ kinds }: Pick<Context, "kinds">, group: string, plural: string): Kind {
  const kind = kinds.byResource(group, plural);
  if (kind === undefined) throw new Error(`the kind ${plural}.${group} is not served`);
  return kind;
}

type Asked = Omit<AdmissionRequest, "object" | "dryRun" | "warn">;

/** Everybody who has a say about an object changes it in turn. */
export function mutated(
  { mutators }: Context,
  asked: Asked,
  object: KubernetesObject,
  options: WriteOptions,
): KubernetesObject {
  return mutators.reduce((current, mutate) => mutate(request(asked, current, options)), object);
}

export function admit({ validators }: Context, asked: Asked, object: KubernetesObject, options: WriteOptions): void {
  for (const validate of validators) validate(request(asked, object, options));
}

function request(asked: Asked, object: KubernetesObject, options: WriteOptions): AdmissionRequest {
  return { ...asked, object, dryRun: options.dryRun === true, warn: (text) => options.warn?.(text) };
}
