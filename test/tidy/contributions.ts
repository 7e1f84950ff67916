/** Whether package.json contributes exactly what the code registers. */
export interface Contributes {
  readonly commands?: readonly { readonly command: string }[];
  readonly menus?: Readonly<Record<string, readonly { readonly command?: string; readonly when?: string }[]>>;
  readonly views?: Readonly<Record<string, readonly { readonly id: string }[]>>;
  readonly configuration?: { readonly properties?: Readonly<Record<string, unknown>> };
}

/** What is in only one of two lists, and in which. */
export function differences(what: string, inManifest: readonly string[], inCode: readonly string[]): readonly string[] {
  return [
    ...inManifest.filter((id) => !inCode.includes(id)).map((id) => `${what} ${id} is only in package.json`),
    ...inCode.filter((id) => !inManifest.includes(id)).map((id) => `${what} ${id} is only in the code`),
  ];
}

export function commandsOf({ commands = [] }: Contributes): readonly string[] {
  return commands.map(({ command }) => command);
}

export function viewsOf({ views = {} }: Contributes): readonly string[] {
  return Object.values(views).flatMap((each) => each.map(({ id }) => id));
}

export function settingsOf({ configuration }: Contributes): readonly string[] {
  return Object.keys(configuration?.properties ?? {});
}

/** Commands that the palette does not offer. */
export function hiddenOf({ menus = {} }: Contributes): readonly string[] {
  return (menus.commandPalette ?? []).flatMap(({ command, when }) => (command && when === "false" ? [command] : []));
}

/** Context keys of ours that a `when` clause or an enablement asks for. */
export function contextKeysOf(contributes: Contributes): readonly string[] {
  const clauses = JSON.stringify(contributes).matchAll(/"(?:when|enablement)":"((?:[^"\\]|\\.)*)"/g);
  const keys = [...clauses].flatMap(([, clause = ""]) => clause.match(/(?<!config\.)\bmtlsLens\.[\w.]+/g) ?? []);
  return [...new Set(keys)];
}

/** Context keys that the code sets. */
export function contextKeysSet(texts: readonly string[]): readonly string[] {
  return [
    ...new Set(texts.flatMap((text) => [...text.matchAll(/"setContext",\s*"([^"]+)"/g)].map(([, key = ""]) => key))),
  ];
}
