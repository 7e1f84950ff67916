/** A list of disposables that end together, and that disposes late arrivals. */

export interface Disposable {
  dispose(): unknown;
}

export class DisposableList implements Disposable {
  readonly #items: Disposable[] = [];
  #disposed = false;

  /** What is added after the end is disposed at once. */
  add<T extends Disposable>(item: T): T {
    if (this.#disposed) item.dispose();
    else this.#items.push(item);
    return item;
  }

  dispose(): void {
    this.#disposed = true;
    for (const item of this.#items.splice(0).reverse()) item.dispose();
  }
}
