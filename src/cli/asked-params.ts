import { HpoError } from '../base/errors.ts';
import { isObject } from '../base/is-object.ts';
import { asSentence } from '../base/nearest-name.ts';
import { isCategorical } from '../space/categorical-distribution.ts';
import type { Distribution, ParamValue } from '../space/distribution.ts';
import { flattenParams, variantNames } from '../space/nested-params.ts';
import type { FlatParams } from '../space/search-space.ts';
import type { Inventory } from '../storage/storage.ts';
import { enqueuedParams, type KnownParams } from '../study/enqueued-params.ts';
import { recordedSpace } from '../study/space-record.ts';
import { SPACE_KEY } from '../study/study-keys.ts';
import type { Attributes } from '../trial/frozen-trial.ts';
import { storedSpace } from './asked-space.ts';

/** The parameters of a command line. */
export interface ParamTexts {
  /** `name=value`, by stored names. */
  readonly set: readonly string[];
  /** A JSON object, nested or flat. */
  readonly params: string | undefined;
}

/**
 * The parameters of a stored study: those of the space that it was last run with, and those that its trials have had.
 */
export function knownParams(systemAttrs: Attributes, inventory: Inventory): KnownParams {
  const distributions = new Map([...storedSpace(inventory), ...(recordedSpace(systemAttrs[SPACE_KEY]) ?? [])]);
  return { distributions, variants: variantNames(distributions), isOpen: distributions.size === 0 };
}

/**
 * Parses parameters, each as the study knows it; `--set` wins over `--params`.
 * @throws HpoError HPO_INVALID_ARGUMENT naming the option, and the parameter or the value that the study does not have.
 */
export function parseParamTexts({ set, params }: ParamTexts, known: KnownParams): FlatParams {
  const json = params === undefined ? {} : checked('--params', parseObject(params), known);
  const named = set.map((text): [string, ParamValue] => {
    const at = text.indexOf('=');
    if (at < 1) throw new HpoError('HPO_INVALID_ARGUMENT', `--set ${text}: write it as name=value.`);
    const [name, value] = [text.slice(0, at), text.slice(at + 1)];
    return [name, readValue(value, known.distributions.get(name))];
  });
  const flat = { ...json, ...Object.fromEntries(named) };
  const last = set.length > 0 ? '--set' : '--params';
  return checked(last, flat, known); // together: the branch of one may be the choice of another
}

function checked(option: string, params: object, known: KnownParams): FlatParams {
  return enqueuedParams(params, known, (name, problem) => {
    throw new HpoError('HPO_INVALID_ARGUMENT', asSentence(`${option}: \`${name}\` ${problem}`), { data: { name } });
  });
}

function parseObject(text: string): FlatParams {
  const refuse = (name: string, problem: string): never => {
    throw new HpoError('HPO_INVALID_ARGUMENT', `--params: \`${name}\` ${problem}.`, { data: { name } });
  };
  const refuseText = (cause?: unknown): never => {
    throw new HpoError('HPO_INVALID_ARGUMENT', `--params takes a JSON object such as {"x": 3}, not ${text}.`, {
      cause,
    });
  };
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (cause) {
    return refuseText(cause);
  }
  return isObject(content) ? flattenParams(content, refuse) : refuseText();
}

/** Parses a value for its parameter: a choice by its text, or a number; for an unknown parameter, the value as JSON. */
function readValue(text: string, distribution: Distribution | undefined): ParamValue {
  if (distribution !== undefined && isCategorical(distribution)) {
    const choices = distribution.choices.filter((choice) => String(choice) === text);
    return choices.length > 0 ? (choices[0] as ParamValue) : text; // the choice may be null
  }
  const number = text.trim() === '' ? Number.NaN : Number(text);
  if (!Number.isNaN(number)) return number;
  const words: Readonly<Record<string, ParamValue>> = { true: true, false: false, null: null };
  return distribution === undefined && Object.hasOwn(words, text) ? (words[text] as ParamValue) : text;
}
