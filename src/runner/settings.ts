import { HpoError } from '../base/errors.ts';
import { ownValue } from '../base/own-value.ts';
import type { Settings, SettingValue, StudyDefinition } from '../study/definition/definition.ts';
import { profilesOf } from '../study/definition/profiles.ts';

/** The prefix of a setting of the retraining in `hpo run --set retrain.epochs=50`. */
export const RETRAIN_PREFIX = 'retrain.';

/** Texts `name=value` from the command line, divided into those for trials and those for the retraining. */
export interface Assignments {
  readonly trial: readonly string[];
  readonly retrain: readonly string[];
}

/** Divides the values of `hpo run --set`: `retrain.name=value` is for the retraining, every other one for trials. */
export function partAssignments(texts: readonly string[]): Assignments {
  const isForRetrain = (text: string) => text.startsWith(RETRAIN_PREFIX);
  return {
    trial: texts.filter((text) => !isForRetrain(text)),
    retrain: texts.filter(isForRetrain).map((text) => text.slice(RETRAIN_PREFIX.length)),
  };
}

/**
 * The settings of a study's trials: its defaults, overridden by the profile, overridden by `name=value` texts.
 *
 * @param profile undefined for none.
 * @throws HpoError HPO_INVALID_ARGUMENT naming an unknown profile or setting, or a value of another type than the
 *   setting's default.
 */
export function trialSettings(
  study: StudyDefinition,
  profile: string | undefined,
  assignments: readonly string[],
): Settings {
  checkProfile(study, profile);
  return assign({ ...study.settings, ...overridesOf(study.profiles, profile) }, assignments, { kind: 'settings' });
}

/**
 * The settings of a study's retraining: those of its trials, overridden by its own, by its own profile of that name,
 * and by `name=value` texts.
 *
 * @param prefix the text that stood before the names, for messages.
 * @throws HpoError HPO_INVALID_ARGUMENT, as {@link trialSettings}.
 */
export function retrainSettings(
  study: StudyDefinition,
  profile: string | undefined,
  trial: Settings,
  assignments: readonly string[],
  prefix = '',
): Settings {
  checkProfile(study, profile);
  if (study.retrain === undefined && assignments[0] !== undefined) {
    throw new HpoError(
      'HPO_INVALID_ARGUMENT',
      `--set ${prefix}${assignments[0]}: the study '${study.name}' has no \`retrain\`; add it to defineStudy({ … }).`,
    );
  }
  const { settings, profiles } = study.retrain ?? {};
  return assign({ ...trial, ...settings, ...overridesOf(profiles, profile) }, assignments, {
    kind: 'settings of the retraining',
    prefix,
  });
}

function checkProfile(study: StudyDefinition, profile: string | undefined): void {
  const known = profilesOf(study);
  if (profile === undefined || known.includes(profile)) return;
  const there = known.length === 0 ? 'it has none' : `it has ${known.join(', ')}`;
  throw new HpoError('HPO_INVALID_ARGUMENT', `The study '${study.name}' has no profile '${profile}'; ${there}.`);
}

/**
 * Settings, overridden by `name=value` texts.
 * @throws HpoError HPO_INVALID_ARGUMENT naming an unknown setting, or a value of another type than it has.
 */
export function changedSettings(settings: Settings, assignments: readonly string[]): Settings {
  return assign(settings, assignments, { kind: 'settings' });
}

type Overrides = Readonly<Record<string, SettingValue | undefined>>;

function overridesOf(profiles: Readonly<Record<string, Overrides>> | undefined, profile: string | undefined): Settings {
  const overrides = profile === undefined ? {} : (profiles?.[profile] ?? {});
  const defined = Object.entries(overrides).filter((entry): entry is [string, SettingValue] => entry[1] !== undefined);
  return Object.fromEntries(defined);
}

interface AssignOptions {
  /** The name of the settings in messages. */
  readonly kind: string;
  /** The text before their names in messages. */
  readonly prefix?: string;
}

function assign(defaults: Settings, assignments: readonly string[], { kind, prefix = '' }: AssignOptions): Settings {
  const settings: Record<string, SettingValue> = { ...defaults };
  for (const text of assignments) {
    const [, name = '', value = ''] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
    const fail = (problem: string): never => {
      throw new HpoError('HPO_INVALID_ARGUMENT', `--set ${prefix}${text}: ${problem}`, { data: { assignment: text } });
    };
    if (name === '') fail('write it as name=value.');
    const current = ownValue(settings, name);
    if (current === undefined) {
      const names = Object.keys(settings);
      return fail(`there is no setting '${name}'; the ${kind} are ${names.length === 0 ? 'none' : names.join(', ')}.`);
    }
    settings[name] =
      parseAs(current, value) ??
      fail(
        `'${name}' is ${typeof current === 'boolean' ? 'true or false' : 'a number'}, not ${JSON.stringify(value)}.`,
      );
  }
  return Object.freeze(settings);
}

function parseAs(current: SettingValue, text: string): SettingValue | undefined {
  if (typeof current === 'string') return text;
  if (typeof current === 'boolean') return text === 'true' ? true : text === 'false' ? false : undefined;
  const number = text.trim() === '' ? Number.NaN : Number(text);
  return Number.isFinite(number) ? number : undefined;
}
