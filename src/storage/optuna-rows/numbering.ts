/** A trial as a query gives it: its id and its number first. */
type Head = readonly [id: number, number: number, ...unknown[]];

/**
 * Corrects numbers of trials. A trial's number is the count of the trials of its study before it, whatever number its
 * row has.
 */
export class Numbering {
  /** By id the numbers of trials whose rows have another number. */
  readonly #numbers = new Map<number, number>();

  /** These heads with their numbers corrected, as far as {@link inOrder} has found it wrong. */
  known<H extends Head>(heads: readonly H[]): readonly H[] {
    if (this.#numbers.size === 0) return heads;
    return heads.map((head) => {
      const number = this.#numbers.get(head[0]);
      return number === undefined ? head : withNumber(head, number);
    });
  }

  /** These heads with their numbers corrected, where they follow each other from a study's trial `first` on. */
  inOrder<H extends Head>(heads: readonly H[], first: number): readonly H[] {
    if (heads.every((head, at) => head[1] === first + at)) return heads;
    return heads.map((head, at) => {
      if (head[1] === first + at) return head;
      this.#numbers.set(head[0], first + at);
      return withNumber(head, first + at);
    });
  }
}

function withNumber<H extends Head>([id, , ...others]: H, number: number): H {
  return [id, number, ...others] as unknown as H;
}
