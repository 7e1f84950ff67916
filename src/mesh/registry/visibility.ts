/** To whom an object is exported. */

/** `*` is everybody, `.` the object's own namespace, `~` nobody, a name that namespace. */
export function isExportedTo(
  exportTo: readonly string[],
  owner: string,
  namespace: string,
  whenSilent: readonly string[] = ["*"],
): boolean {
  const targets = exportTo.length === 0 ? whenSilent : exportTo;
  return targets.includes("*") || targets.includes(namespace) || (targets.includes(".") && owner === namespace);
}
