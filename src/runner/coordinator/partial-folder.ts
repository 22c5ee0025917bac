import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { HpoError } from '../../base/errors.ts';
import { fileProblem } from '../../base/file-problem.ts';
import { flushFolder, flushPath } from '../../base/flush-folder.ts';
import { makeFolder } from '../../base/made-folder.ts';
import { removeUnusedSync } from '../../base/remove-unused.ts';
import { formatIdentity, parseIdentity, thisProcess, vitality } from '../../machine/process-identity.ts';

const PREFIX = '.partial-';
const OWNER = 'owner.txt';
const FORMER = 'former';

/** The age at which the folder of an unknown process is taken for abandoned: a day. */
const ABANDONED_MS = 24 * 60 * 60_000;

/**
 * A folder in which results are prepared. When they are finished, it takes its name beside it: only a finished folder
 * replaces an earlier one of that name. Each has a place of its own, so that several processes may prepare the same at
 * once; the next process removes the places of killed ones.
 */
export class PartialFolder {
  /** An absolute path to the folder, which exists and is empty at first. */
  readonly path: string;
  readonly #target: string;
  readonly #place: string;

  /**
   * Makes the folder.
   * @param target the path that the finished folder is to have.
   * @throws HPO_DISK, and the errors of {@link makeFolder}.
   */
  constructor(target: string) {
    this.#target = resolve(target);
    const parent = join(this.#target, '..');
    this.#place = join(parent, `${PREFIX}${randomUUID()}`);
    this.path = join(this.#place, 'folder');
    removeAbandoned(this.#target);
    try {
      makeFolder(this.path, 'results');
    } catch (error) {
      this.discard();
      throw error;
    }
    try {
      writeFileSync(join(this.#place, OWNER), formatIdentity(thisProcess()));
    } catch (cause) {
      this.discard();
      throw this.#unwritten(cause);
    }
  }

  /**
   * Gives the folder its name, in place of an earlier one, when all of it is on the disk.
   * @throws HPO_DISK where the system reports an error.
   */
  async finish(): Promise<void> {
    try {
      await this.#takeName();
    } catch (cause) {
      throw this.#unwritten(cause);
    }
    this.discard();
  }

  async #takeName(): Promise<void> {
    await flushFolder(this.path);
    for (let attempt = 0; ; attempt++) {
      try {
        if (existsSync(this.#target)) renameSync(this.#target, join(this.#place, `${FORMER}-${attempt}`));
        renameSync(this.path, this.#target);
        break;
      } catch (error) {
        // Another process has put its own there between the two steps, or taken the former away: its folder comes
        // first.
        const { code } = error as NodeJS.ErrnoException;
        if (attempt >= 10 || !existsSync(this.path) || !/^(ENOENT|ENOTEMPTY|EEXIST)$/.test(code ?? '')) throw error;
      }
    }
    await flushPath(dirname(this.#target));
  }

  #unwritten(cause: unknown): HpoError {
    const problem = fileProblem(this.path, cause);
    return new HpoError('HPO_DISK', `${this.#target} cannot be written: ${problem}.`, { cause });
  }

  /** Removes the folder; where that fails, a later process does. */
  discard(): void {
    removePlace(this.#place);
  }
}

/**
 * Removes the places beside a folder whose processes are gone. A former folder goes back if its name is free because its
 * process died.
 */
export function removeAbandoned(target: string): void {
  const parent = dirname(resolve(target));
  for (const name of namesIn(parent)) {
    const place = join(parent, name);
    if (!name.startsWith(PREFIX) || isRemovedAsEmpty(place) || !isAbandoned(place)) continue;
    const former = namesIn(place).find((each) => each.startsWith(FORMER));
    if (former !== undefined && !existsSync(target)) renameSync(join(place, former), target);
    removePlace(place);
  }
}

/** Removes a place in which nothing is left. One that a process has just made is made again by it. */
function isRemovedAsEmpty(place: string): boolean {
  try {
    rmdirSync(place);
    return true;
  } catch {
    return false; // there is something in it
  }
}

/** Removes a place, its owner's name last, without which nobody knows for a day whether it is in use. */
function removePlace(place: string): void {
  const rest = namesIn(place).filter((name) => name !== OWNER);
  if (rest.map((name) => removeUnusedSync(join(place, name))).every(Boolean)) removeUnusedSync(place);
}

function namesIn(folder: string): readonly string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}

function isAbandoned(place: string): boolean {
  const owner = parseIdentity(textOf(join(place, OWNER)));
  const known = owner === undefined ? 'unknown' : vitality(owner);
  if (known !== 'unknown') return known === 'dead';
  return Date.now() - (statSync(place, { throwIfNoEntry: false })?.mtimeMs ?? Date.now()) > ABANDONED_MS;
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined; // its process has not made it yet, or has just removed it
  }
}
