import type { StudyOptions } from './definition.ts';

/** The names of all profiles that a study has, of its trials or of its retraining alone. */
// biome-ignore lint/suspicious/noExplicitAny: any study's
export function profilesOf(study: StudyOptions<any, any, any>): readonly string[] {
  return [...new Set([...Object.keys(study.profiles ?? {}), ...Object.keys(study.retrain?.profiles ?? {})])];
}
