import type { DraftedParam } from './drafted-param.ts';

/** A study that is to be written. */
export interface StudyDraft {
  /** The name of the study. */
  readonly name: string;
  readonly params: readonly DraftedParam[];
  /** The path of the study file, from the folder where hpo is called: `studies/ranking.ts`. */
  readonly file: string;
}

/** A kind of study to start from. */
export interface Template {
  readonly name: string;
  /** The thing that it tunes, for people who choose one. */
  readonly tunes: string;
  /** The parameters where none are given, in the form of `draftedParams`. */
  readonly params: string;
  /** Whether the study imports `hpo/tfjs`. */
  readonly needsTensorFlow: boolean;
  /**
   * The files of a study, by their paths from the folder where hpo is called. They run as they are.
   * @throws HpoError HPO_INVALID_ARGUMENT for parameters that the template cannot take.
   */
  files(draft: StudyDraft): Readonly<Record<string, string>>;
}
