/** Trial 3 of the study "ranking", value 0.9958528680658197. */
export interface RankingParams {
  readonly k1: number;
  readonly b: number;
  readonly titleWeight: number;
  readonly prefixWeight: number;
  readonly allWords: true | false;
}

export const ranking: RankingParams = {
  k1: 0.34467912329128014,
  b: 0.8345550942467526,
  titleWeight: 1.228284439467184,
  prefixWeight: 0.23893798131030053,
  allWords: false,
};
