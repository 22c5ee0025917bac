import { categorical, float, type Params, space } from 'hpo';

/** What may be tuned in the ranking. Its code needs the type alone, so that a server loads nothing of hpo. */
export const rankerSpace = space({
  k1: float(0.1, 3), // how soon further occurrences of a word count for nothing
  b: float(0, 1), // how much long texts are held back
  titleWeight: float(0.5, 8, { log: true }), // an occurrence in the title, in occurrences in the description
  prefixWeight: float(0, 1), // "camp" for "camping", in occurrences of the word itself
  allWords: categorical([true, false]), // whether products that lack a word of the query come last
});
export type RankerParams = Params<typeof rankerSpace>;
