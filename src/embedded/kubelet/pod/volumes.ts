/** Volumes whose content the API holds, as files of a container. */
import { MissingReference, type References } from "./references.ts";
import type { Container, Pod, Volume, VolumeSource } from "./spec.ts";

/** Path → content. Throws a MissingReference that names the volume. */
export function volumeFiles(pod: Pod, container: Container, references: References): Readonly<Record<string, Buffer>> {
  const files: Record<string, Buffer> = {};
  for (const { name, mountPath, subPath } of container.volumeMounts ?? []) {
    const volume = pod.spec.volumes?.find((each) => each.name === name);
    if (volume === undefined) continue;
    for (const [path, content] of Object.entries(contentOf(volume, references))) {
      if (subPath === undefined) files[`${mountPath}/${path}`] = content;
      else if (path === subPath) files[mountPath] = content;
    }
  }
  return files;
}

function contentOf(volume: Volume, references: References): Readonly<Record<string, Buffer>> {
  try {
    const sources = volume.projected?.sources ?? [volume];
    return Object.assign({}, ...sources.map((source) => sourceFiles(source, references)));
  } catch (error) {
    if (!(error instanceof MissingReference)) throw error;
    throw new MissingReference(`MountVolume.SetUp failed for volume "${volume.name}" : ${error.message}`);
  }
}

function sourceFiles(
  { configMap, secret, downwardAPI }: VolumeSource,
  references: References,
): Readonly<Record<string, Buffer>> {
  if (configMap) return picked(references.configMap(configMap.name, configMap.optional ?? false), configMap.items);
  if (secret)
    return picked(references.secret(secret.secretName ?? secret.name ?? "", secret.optional ?? false), secret.items);
  return Object.fromEntries(
    (downwardAPI?.items ?? []).map(({ path, fieldRef }) => [
      path,
      Buffer.from(fieldRef ? references.field(fieldRef.fieldPath) : ""),
    ]),
  );
}

function picked(
  content: Readonly<Record<string, Buffer>> = {},
  items?: readonly { readonly key: string; readonly path: string }[],
) {
  if (items === undefined) return content;
  return Object.fromEntries(
    items.flatMap(({ key, path }) => (content[key] === undefined ? [] : [[path, content[key]]])),
  );
}
