import { readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { HpoError } from '../base/errors.ts';
import { isObject } from '../base/is-object.ts';
import { asSentence, didYouMean, nearestName } from '../base/nearest-name.ts';
import { isWholeNumber, shown, wrongValue } from '../base/option-checks.ts';
import { ownValue } from '../base/own-value.ts';
import type { ParamValue } from '../space/distribution.ts';
import { flattenParams } from '../space/nested-params.ts';
import type { FlatParams } from '../space/search-space.ts';
import type { Settings, StudyDefinition } from '../study/definition/definition.ts';
import { profilesOf } from '../study/definition/profiles.ts';
import type { Configuration } from './configuration.ts';
import type { BestFile } from './results.ts';
import { trialSettings } from './settings.ts';

/** The largest size of a configuration: 16 MB. */
const MOST_BYTES = 16 * 2 ** 20;

/** The most objects and lists that may stand within each other, and the most values in all. */
const DEEPEST = 100;
const MOST_VALUES = 1_000_000;

/** The fields of `best.json`, among which a misspelt one is looked up. */
const FIELDS: Readonly<Record<keyof BestFile, true>> = {
  study: true,
  trial: true,
  value: true,
  params: true,
  drawn: true,
  settings: true,
  profile: true,
  studySeed: true,
  storage: true,
  studyFile: true,
  device: true,
  versions: true,
};

/** The reader of YAML, which takes longer to load than it takes to read. */
const yaml = () => createRequire(import.meta.url)('yaml') as typeof import('yaml');

type Refuse = (problem: string, cause?: unknown) => never;

/**
 * Reads a configuration from a file, in JSON or (`.yaml`, `.yml`) YAML: a `best.json`, or an object of parameters
 * alone. Settings that it lacks are those of the study.
 * @throws HpoError HPO_INVALID_ARGUMENT in a line that names the file, the field that does not fit the study, and the
 *   remedy.
 */
export function configurationFromFile(path: string, definition: StudyDefinition): Configuration {
  const refuse: Refuse = (problem, cause) => {
    throw new HpoError('HPO_INVALID_ARGUMENT', asSentence(`--config ${path} ${problem}`), {
      cause,
    });
  };
  const content = readContent(path, refuse);
  const { params } = content;
  // A study may have a parameter that is called `params`.
  const isBestFile = isObject(params) && !Object.hasOwn(definition.space.distributions, 'params');
  const fail = (name: string, problem: string): never => refuse(`holds \`${name}\`, which ${problem}`);
  if (!isBestFile) {
    const flat = checkedParams(definition, flattenParams(content, fail), refuse);
    const unknown = { trial: undefined, profile: undefined, settings: undefined, studySeed: undefined };
    return { ...unknown, params: flat, warnings: [] };
  }
  for (const name of Object.keys(content)) {
    const meant = Object.hasOwn(FIELDS, name) ? '' : didYouMean(name, Object.keys(FIELDS));
    if (meant !== '') refuse(`has a field \`${name}\`${meant}`);
  }
  const flat = checkedParams(definition, flattenParams(params, fail), refuse);
  const field = (name: string, wanted: string, accepts: (value: unknown) => boolean): unknown => {
    const value = content[name] ?? undefined; // best.json has null for a missing value
    if (value !== undefined && !accepts(value)) refuse(`is no configuration: ${wrong(name, value, wanted)}`);
    return value;
  };
  const profile = field('profile', 'the name of a profile', (value) => typeof value === 'string') as string | undefined;
  if (profile !== undefined && !profilesOf(definition).includes(profile)) {
    const known = profilesOf(definition).join(', ') || 'none';
    refuse(`names the profile ${shown(profile)}; the profiles of '${definition.name}' are ${known}`);
  }
  const isNumber = (value: unknown) => isWholeNumber(value, 0);
  const trial = field('trial', 'a whole number from 0 on', isNumber) as number | undefined;
  const studySeed = field('studySeed', 'a whole number from 0 on', isNumber) as number | undefined;
  const study = field('study', 'the name of a study', (value) => typeof value === 'string');
  const given = field('settings', 'an object of settings', isObject) as Readonly<Record<string, unknown>> | undefined;
  const warnings =
    study === undefined || study === definition.name
      ? []
      : [`${path} is of the study ${shown(study)}, not of this one`];
  const { settings, filled } = checkedSettings(definition, profile, given, refuse);
  if (filled !== '') warnings.push(`${path} lacks settings; those of the study are taken: ${filled}`);
  return { params: flat, trial, profile, settings, studySeed, warnings };
}

/** The content of a file: an object, neither too large nor too deep for the code that walks through it. */
function readContent(path: string, refuse: Refuse): Readonly<Record<string, unknown>> {
  const mend = 'name a best.json, or a file with an object of parameters';
  const isYaml = /\.ya?ml$/i.test(path);
  let content: unknown;
  try {
    const { size } = statSync(path);
    if (size > MOST_BYTES)
      return refuse(`has ${size} bytes, and no configuration has more than ${MOST_BYTES}; ${mend}`);
    const text = readFileSync(path, 'utf8').replace(/^\ufeff/, '');
    content = isYaml ? yaml().parse(text, { logLevel: 'error' }) : JSON.parse(text);
  } catch (cause) {
    if (HpoError.is(cause)) throw cause;
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT') return refuse(`is not there; ${mend}`, cause);
    if (code === 'EISDIR') return refuse(`is a folder; ${mend}`, cause);
    if (cause instanceof RangeError || code === 'RESOURCE_EXHAUSTION')
      return refuse(`is nested too deeply; ${mend}`, cause);
    const isUnread = typeof code === 'string' && /^E[A-Z]+$/.test(code);
    return refuse(`${isUnread ? `cannot be read (${code})` : `is not ${isYaml ? 'YAML' : 'JSON'}`}; ${mend}`, cause);
  }
  if (!isObject(content)) return refuse(`holds no object of parameters; ${mend}`);
  checkExtent(content, (problem) => refuse(`${problem}; ${mend}`));
  return content;
}

/** Refuses content that is deeper or larger than any configuration, as a few lines of YAML with aliases can be. */
function checkExtent(content: object, refuse: Refuse): void {
  const open: { readonly value: object; readonly depth: number }[] = [{ value: content, depth: 1 }];
  let count = 0;
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next.depth > DEEPEST) refuse(`is nested more than ${DEEPEST} levels deep`);
    for (const value of Object.values(next.value)) {
      if (++count > MOST_VALUES) refuse(`holds more than ${MOST_VALUES} values`);
      if (typeof value === 'object' && value !== null) open.push({ value, depth: next.depth + 1 });
    }
  }
}

/** The parameters that the space declares, each checked against it, and further ones that a trial asked for. */
function checkedParams({ space }: StudyDefinition, found: FlatParams, refuse: Refuse): FlatParams {
  const undeclared = space.undeclared(found);
  const declared: [string, ParamValue][] = [];
  space.assemble((name, distribution) => {
    const value = ownValue(found, name);
    if (value === undefined) {
      const meant = nearestName(name, Object.keys(undeclared));
      return refuse(`has no \`${name}\`${meant === undefined ? '' : `, but \`${meant}\``}`);
    }
    if (!distribution.contains(value))
      refuse(`has ${shown(value)} for \`${name}\`, which is no value of ${distribution}`);
    declared.push([name, value]);
    return value;
  });
  const bad = Object.entries(undeclared).find(([, value]) => typeof value === 'number' && !Number.isFinite(value));
  if (bad !== undefined) refuse(`has ${bad[1]} for \`${bad[0]}\`, which no parameter can be`);
  return { ...undeclared, ...Object.fromEntries(declared) };
}

/** All settings of the trials. Those that the file lacks are the study's; `filled` names them. */
function checkedSettings(
  definition: StudyDefinition,
  profile: string | undefined,
  given: Readonly<Record<string, unknown>> | undefined,
  refuse: Refuse,
): { readonly settings: Settings | undefined; readonly filled: string } {
  if (given === undefined) return { settings: undefined, filled: '' };
  const defaults = trialSettings(definition, profile, []);
  const names = Object.keys(defaults);
  for (const [name, value] of Object.entries(given)) {
    const standard = ownValue(defaults, name);
    if (standard === undefined) {
      const known = names.length === 0 ? 'has none' : `has ${names.join(', ')}`;
      return refuse(`has a setting \`${name}\`, and the study ${known}${didYouMean(name, names)}`);
    }
    const isRight = typeof value === typeof standard && (typeof value !== 'number' || Number.isFinite(value));
    if (!isRight) refuse(`is no configuration: ${wrong(`settings.${name}`, value, `a ${typeof standard}`)}`);
  }
  const lacking = names.filter((name) => ownValue(given, name) === undefined);
  return {
    settings: { ...defaults, ...(given as Settings) },
    filled: lacking.map((name) => `${name}=${defaults[name]}`).join(' '),
  };
}

/** The sentence about a wrong value, without its end. */
function wrong(name: string, value: unknown, wanted: string): string {
  return wrongValue(`\`${name}\``, value, wanted).replace(/\.$/, '');
}
