import { shown } from '../base/option-checks.ts';
import type { StudyRecord } from '../storage/storage.ts';
import type { Settings, SettingValue } from './definition/definition.ts';
import { type EarlierStudy, earlierNames } from './earlier-trials.ts';

/**
 * The difference between the settings that a study was begun with and those that it is to go on with, in words;
 * undefined where there is none.
 */
export function settingsDifference(known: Settings, wanted: Settings): string | undefined {
  const text = (value: SettingValue | undefined) => (value === undefined ? 'not there' : shown(value));
  const differences = [...new Set([...Object.keys(known), ...Object.keys(wanted)])].flatMap((name) => {
    const [before, now] = [known[name], wanted[name]];
    return before === now ? [] : [`its setting \`${name}\` was ${text(before)} and is ${text(now)} now`];
  });
  return differences.length === 0 ? undefined : differences.join('; ');
}

/** The difference between the earlier studies that a study was begun with and those that are named now, in words. */
export function transferDifference(
  stored: StudyRecord,
  transferFrom: readonly EarlierStudy[] | undefined,
): string | undefined {
  if (transferFrom === undefined) return undefined;
  const names = transferFrom.map((study) => (typeof study === 'string' ? study : study.name));
  const kept = earlierNames(stored);
  if (kept?.join() === names.join()) return undefined;
  const listed = (studies: readonly string[] = []) => (studies.length === 0 ? 'none' : studies.map(shown).join(', '));
  return `its \`transferFrom\` was ${listed(kept)} and is ${listed(names)} now`;
}
