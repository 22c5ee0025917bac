import { ranking } from './best.ts';
import type { RankerParams } from './space.ts';

export type { RankerParams };

export interface Product {
  readonly id: string;
  readonly title: string;
  readonly description: string;
}

const wordsOf = (text: string) => text.toLowerCase().match(/[a-z0-9]+/g) ?? [];

/**
 * The products that answer a query, the best first, by BM25 over their titles and descriptions.
 * @param params default: the best that the last search found.
 */
export function rank(products: readonly Product[], query: string, params: RankerParams = ranking): readonly Product[] {
  const { k1, b, titleWeight, prefixWeight, allWords } = params;
  const texts = products.map((product) => ({
    product,
    title: wordsOf(product.title),
    description: wordsOf(product.description),
  }));
  const mean = texts.reduce((sum, { title, description }) => sum + title.length + description.length, 0) / texts.length;
  const terms = wordsOf(query);

  const occurrences = (term: string, words: readonly string[]) =>
    words.reduce((sum, word) => sum + (word === term ? 1 : word.startsWith(term) ? prefixWeight : 0), 0);
  const counts = texts.map(({ title, description }) =>
    terms.map((term) => titleWeight * occurrences(term, title) + occurrences(term, description)),
  );
  const rarity = terms.map((_, at) => {
    const having = counts.filter((of) => (of[at] ?? 0) > 0).length;
    return Math.log(1 + (texts.length - having + 0.5) / (having + 0.5));
  });

  return texts
    .map(({ product, title, description }, at) => {
      const saturation = k1 * (1 - b + (b * (title.length + description.length)) / mean);
      const scores = (counts[at] ?? []).map(
        (count, term) => ((rarity[term] ?? 0) * count * (k1 + 1)) / (count + saturation),
      );
      const missing = allWords ? scores.filter((score) => score === 0).length : 0;
      return { product, missing, score: scores.reduce((sum, score) => sum + score, 0) };
    })
    .filter(({ score }) => score > 0)
    .sort((one, other) => one.missing - other.missing || other.score - one.score)
    .map(({ product }) => product);
}
