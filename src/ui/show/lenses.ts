/** Lenses above objects. What is known is shown at once; an event says when more is known. */
import { CodeLens, Disposable, EventEmitter, languages } from "vscode";
import type { LensView } from "../../view/lens.ts";
import { commandWith } from "../commands.ts";
import type { Guard } from "../guard.ts";
import { manifestSelector } from "../manifests.ts";
import { toRange } from "./places.ts";
import type { Views } from "./views.ts";

export function registerLenses(guard: Guard, views: Views): Disposable {
  const changed = new EventEmitter<void>();
  const provider = languages.registerCodeLensProvider(manifestSelector(), {
    onDidChangeCodeLenses: changed.event,
    provideCodeLenses: guard("show lenses", ({ uri }) => views.of(uri)?.lenses.map(toLens) ?? []),
  });
  return Disposable.from(
    changed,
    provider,
    views.onDidChange(() => changed.fire()),
  );
}

function toLens({ range, text, tooltip, callers }: LensView): CodeLens {
  // A lens must have a command; an empty one shows the text and does nothing.
  const command = callers ? commandWith("mtlsLens.showCallers", text, callers) : { title: text, command: "" };
  return new CodeLens(toRange(range), { ...command, tooltip });
}
