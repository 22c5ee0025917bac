import { HpoError } from '../base/errors.ts';
import type { Storage, StudyRecord } from '../storage/storage.ts';
import type { Attributes, FrozenTrial } from '../trial/frozen-trial.ts';
import type { Note } from './live-data.ts';

// Notes stand where Optuna's dashboard keeps them, in system attributes of the study, those of its trials too: the
// version in one, the text in others of at most 2,045 characters each.

const PART = 2045;
/** The longest note, in characters. */
const LONGEST = 100_000;

const VERSION_KEY = /^dashboard:(?:(\d+):)?note_ver$/;

function versionKey(trialId: number | undefined): string {
  return trialId === undefined ? 'dashboard:note_ver' : `dashboard:${trialId}:note_ver`;
}

function partKey(trialId: number | undefined, part: number): string {
  return trialId === undefined ? `dashboard:note_str:${part}` : `dashboard:${trialId}:note_str:${part}`;
}

/** The notes on a study and its trials; those that were emptied are left out. @param numberOf finds a trial by its id. */
export function notesOf(
  { systemAttrs }: { readonly systemAttrs: Attributes },
  numberOf: (trialId: number) => number | undefined,
): readonly Note[] {
  return Object.keys(systemAttrs).flatMap((key): Note[] => {
    const found = VERSION_KEY.exec(key);
    if (found === null) return [];
    const trialId = found[1] === undefined ? undefined : Number(found[1]);
    const trial = trialId === undefined ? null : numberOf(trialId);
    const version = Number(systemAttrs[key]);
    return trial === undefined || !Number.isSafeInteger(version)
      ? []
      : [{ trial, version, body: bodyOf(systemAttrs, trialId) }];
  });
}

function bodyOf(systemAttrs: Attributes, trialId: number | undefined): string {
  let body = '';
  for (let part = 0; ; part++) {
    const text = systemAttrs[partKey(trialId, part)];
    if (typeof text !== 'string') return body;
    body += text;
  }
}

/**
 * Stores a note.
 *
 * @param trial the trial that it is on; undefined for the study.
 * @throws HpoError HPO_INVALID_ARGUMENT where the note was changed meanwhile, or is too long.
 */
export async function saveNote(
  storage: Storage,
  study: StudyRecord,
  trial: FrozenTrial | undefined,
  { version, body }: Pick<Note, 'version' | 'body'>,
): Promise<void> {
  const characters = Array.from(body); // as Python counts them
  if (characters.length > LONGEST) {
    const problem = `A note has at most ${LONGEST} characters, and this one has ${characters.length}`;
    throw new HpoError('HPO_INVALID_ARGUMENT', `${problem}.`);
  }
  const known = study.systemAttrs[versionKey(trial?.id)];
  const set = (key: string, value: string) => storage.setStudyAttr(study, 'system', key, value);
  const isNext = version === (known === undefined ? 0 : Number(known)) + 1;
  const stands =
    isNext && (await storage.setStudyAttr(study, 'system', versionKey(trial?.id), version, { expected: known }));
  if (stands !== version) {
    throw new HpoError(
      'HPO_INVALID_ARGUMENT',
      'Somebody else has changed the note meanwhile; look at it and try again.',
    );
  }
  const parts = Math.ceil(characters.length / PART);
  for (let part = 0; part < parts; part++) {
    await set(partKey(trial?.id, part), characters.slice(part * PART, (part + 1) * PART).join(''));
  }
  for (let part = parts; study.systemAttrs[partKey(trial?.id, part)] !== undefined; part++) {
    await set(partKey(trial?.id, part), '');
  }
}
