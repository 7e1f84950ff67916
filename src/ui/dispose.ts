/** Two ways to own disposables: a list that disposes late arrivals, and a slot that disposes what it replaces. */

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

export class DisposableSlot implements Disposable {
  #item: Disposable | undefined;

  set(item: Disposable | undefined): void {
    this.#item?.dispose();
    this.#item = item;
  }

  dispose(): void {
    this.set(undefined);
  }
}
