/** Trial 3 of the study "ranking", value 1. */
export interface RankingParams {
  readonly k1: number;
  readonly b: number;
  readonly titleWeight: number;
  readonly prefixWeight: number;
  readonly allWords: true | false;
}

export const ranking: RankingParams = {
  k1: 0.8846950467559509,
  b: 0.04756208823528141,
  titleWeight: 3.51717307547714,
  prefixWeight: 0.2051098650554195,
  allWords: false,
};
