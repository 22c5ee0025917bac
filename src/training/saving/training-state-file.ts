import { join } from 'node:path';
import { isObject } from '../../base/is-object.ts';
import { type JsonValue, parsePythonJson, stringifyPythonJson } from '../../base/json.ts';
import { isWholeNumber, shown } from '../../base/option-checks.ts';
import { defaultMetric, type EpochMetric, epochMetrics } from '../loop/epoch-metric.ts';
import { type EpochRecord, figures, optionalFigures } from '../loop/epoch-record.ts';
import type { ModelWeight } from '../loop/model-weights.ts';
import type { OptimizerState } from '../optimizers/optimizer.ts';
import { classHistoryOf, isClassHistory, readClassHistory } from './class-history.ts';
import {
  type FiledTensor,
  readTensorFile,
  type TensorKind,
  type TensorType,
  type TensorValues,
  unusable,
  writeTensorFile,
} from './tensor-file.ts';

/** The state of a training after an epoch: all that the epochs to come depend on, beside the training's options. */
export interface TrainingState {
  /** All epochs so far, at least one. */
  readonly history: readonly EpochRecord[];
  /** The best of them, by {@link metric}. */
  readonly best: EpochRecord;
  readonly metric: EpochMetric;
  /** The number of epochs that the training was to have. */
  readonly epochs: number;
  /** The description of the device that it ran on last; undefined in files that do not name it. */
  readonly device?: string | undefined;
  /** Whether a callback has ended it. */
  readonly isStopped: boolean;
  /** Whether all callbacks have had the last epoch, and none threw. */
  readonly isShown: boolean;
  /** The numbers of the model's weights, in their order. */
  readonly weights: readonly TensorValues[];
  /** Those of the weights' average, where there is one. */
  readonly average?: readonly TensorValues[] | undefined;
  /** Those that were judged best; where that was in the last epoch, `average`, or `weights` itself. */
  readonly bestWeights: readonly TensorValues[];
  /** By the names of the model's weights. */
  readonly optimizer: OptimizerState;
}

const format = 'hpo-training-1';

/** The most vectors that an optimizer keeps beside a weight, so that a file cannot ask for any amount of memory. */
const MOST_SLOTS = 8;

/** As many epochs are read at most, for the same reason. */
const MOST_EPOCHS = 1_000_000;

/** The file in a checkpoint's folder. */
export const trainingFile = (folder: string): string => join(folder, 'training.safetensors');

/**
 * Writes the state of a training into a folder: `training.safetensors`, with the weights (`weights/0/kernel`), their
 * average if there is one (`average/0/kernel`), those of the best epoch where it is not the last (`best/0/kernel`), the
 * optimizer's numbers beside each weight
 * (`optimizer/0/kernel/0`), and the epochs (`history`, float64 [epochs, 6];
 * `figure/learningRate` [epochs that have it, 2]: the epoch and the figure;
 * `perClass`: the figures of the classes).
 */
export async function writeTrainingState(
  folder: string,
  {
    history,
    best,
    metric,
    epochs,
    device,
    isStopped,
    isShown,
    weights,
    average,
    bestWeights,
    optimizer,
  }: TrainingState,
  model: readonly ModelWeight[],
): Promise<void> {
  const path = trainingFile(folder);
  const tensors = new Map<string, FiledTensor>();
  const rows = history.flatMap((record) => figures.map((figure) => record[figure]));
  tensors.set('history', { shape: [history.length, figures.length], values: Float64Array.from(rows) });
  for (const figure of optionalFigures) {
    const pairs = history.flatMap(({ epoch, [figure]: value }) => (value === undefined ? [] : [epoch, value]));
    if (pairs.length === 0) continue;
    tensors.set(`figure/${figure}`, { shape: [pairs.length / 2, 2], values: Float64Array.from(pairs) });
  }
  const perClass = classHistoryOf(history);
  if (perClass) tensors.set('perClass', perClass.tensor);
  const isLast = bestWeights === (average ?? weights);
  const named = { weights, ...(average && { average }), ...(!isLast && { best: bestWeights }) };
  for (const [group, numbers] of Object.entries(named)) {
    for (const [at, { kind, variable }] of model.entries()) {
      tensors.set(`${group}/${at}/${kind}`, { shape: variable.shape, values: numbers[at] as TensorValues });
    }
  }
  const { kind: rule, learningRate, step } = optimizer;
  for (const [name, vectors] of Object.entries(optimizer.variables)) {
    const at = model.findIndex(({ variable }) => variable.name === name);
    if (at < 0) throw unusable(path, `the optimizer's state has a variable '${name}', which the model does not have`);
    const { kind, variable } = model[at] as ModelWeight;
    for (const [slot, values] of vectors.entries()) {
      const shape = values.length === variable.size ? variable.shape : [values.length];
      tensors.set(`optimizer/${at}/${kind}/${slot}`, { shape, values });
    }
  }
  const about = {
    epochs,
    best: best.epoch,
    metric,
    ...(device !== undefined && { device }),
    isStopped,
    isShown,
    optimizer: { ...(rule !== undefined && { kind: rule }), learningRate, step },
    ...(perClass && { classes: perClass.classes }),
  };
  await writeTensorFile(path, format, stringifyPythonJson(about), tensors);
}

/**
 * Reads the state of a training that goes on with a model.
 *
 * @throws HPO_DATA in one line, for a file that is missing, damaged or foreign, or has other weights than the model.
 */
export async function readTrainingState(folder: string, model: readonly ModelWeight[]): Promise<TrainingState> {
  const path = trainingFile(folder);
  const damaged = (what: string) => unusable(path, `its ${what} is none: it is damaged`);
  const { metadata, tensors } = await readTensorFile(path, format, (kinds) => checkTensors(path, kinds, model));

  const about = parsed(metadata);
  const history = historyOf(tensors, about?.classes);
  if (!history?.every(({ epoch }, at) => epoch === at + 1)) throw damaged('history');

  const optimizer = about?.optimizer;
  if (!isObject(about) || !isObject(optimizer)) throw damaged('record');
  const { epochs, device, isStopped, isShown, metric = defaultMetric } = about;
  const { kind: rule, learningRate, step } = optimizer;
  if (!isWholeNumber(epochs, 1) || typeof isStopped !== 'boolean' || typeof isShown !== 'boolean') {
    throw damaged('record');
  }
  if (typeof learningRate !== 'number' || !isWholeNumber(step, 0)) throw damaged("optimizer's record");
  if (!isMetric(metric)) throw damaged('metric');
  const best = history.find(({ epoch }) => epoch === about.best);
  if (best === undefined) throw damaged('best epoch');

  const numbersOf = (name: string): TensorValues[] =>
    model.map(({ kind }, at) => tensors.get(`${name}/${at}/${kind}`)?.values as TensorValues);
  const weights = numbersOf('weights');
  const average = has(tensors, 'average') ? numbersOf('average') : undefined;
  const isLast = best === history.at(-1);
  if (isLast === has(tensors, 'best')) throw damaged('best epoch');
  const variables: Record<string, Float32Array[]> = {};
  for (const [at, { kind, variable }] of model.entries()) {
    const slots = Array.from({ length: MOST_SLOTS }, (_, slot) => tensors.get(`optimizer/${at}/${kind}/${slot}`));
    const vectors = slots.flatMap((slot) => (slot ? [slot.values as Float32Array] : []));
    if (vectors.length > 0) variables[variable.name] = vectors;
  }
  return {
    history,
    best,
    metric,
    epochs,
    ...(typeof device === 'string' && { device }),
    isStopped,
    isShown,
    weights,
    ...(average && { average }),
    bestWeights: isLast ? (average ?? weights) : numbersOf('best'),
    optimizer: { ...(typeof rule === 'string' && { kind: rule }), learningRate, step, variables },
  };
}

/**
 * The epochs that a file's tensors hold, each with the figures that it has; undefined where the names of the classes do
 * not fit.
 */
function historyOf(
  tensors: ReadonlyMap<string, FiledTensor>,
  classes: JsonValue | undefined,
): EpochRecord[] | undefined {
  const filed = tensors.get('perClass');
  const perClass = filed && readClassHistory(filed, classes);
  if (filed && !perClass) return undefined;
  const rows = tensors.get('history')?.values as Float64Array;
  const records = Array.from({ length: rows.length / figures.length }, (_, row) =>
    Object.fromEntries(figures.map((figure, at) => [figure, rows[row * figures.length + at] as number])),
  );
  for (const figure of optionalFigures) {
    const pairs = tensors.get(`figure/${figure}`)?.values ?? [];
    for (let at = 0; at < pairs.length; at += 2) {
      const record = records[(pairs[at] as number) - 1];
      if (record) record[figure] = pairs[at + 1] as number;
    }
  }
  return records.map((record) => {
    const metrics = perClass?.get(record.epoch as number);
    return Object.freeze({ ...record, ...(metrics && { validationPerClass: metrics }) }) as unknown as EpochRecord;
  });
}

const isPairs = ({ shape }: TensorKind): boolean => shape.length === 2 && shape[1] === 2;

const isMetric = (value: unknown): value is EpochMetric => epochMetrics.includes(value as EpochMetric);

function parsed(text: string): Readonly<Record<string, JsonValue | undefined>> | undefined {
  try {
    const value = parsePythonJson(text);
    return isObject(value) ? (value as Readonly<Record<string, JsonValue>>) : undefined;
  } catch {
    return undefined;
  }
}

/** Whether there are numbers of a group, such as `best`. */
const has = (tensors: ReadonlyMap<string, unknown>, group: string): boolean =>
  [...tensors.keys()].some((name) => name.startsWith(`${group}/`));

const typesOfWeights: Readonly<Record<string, TensorType>> = { float32: 'F32', int32: 'I32', bool: 'BOOL' };

/** Refuses a file whose tensors are not those of a training of the model, and so any that is larger. */
function checkTensors(path: string, tensors: ReadonlyMap<string, TensorKind>, model: readonly ModelWeight[]): void {
  const rest = new Map(tensors);
  const take = (name: string): TensorKind | undefined => {
    const kind = rest.get(name);
    rest.delete(name);
    return kind;
  };
  const history = take('history');
  const [epochs = 0, width] = history?.shape ?? [];
  if (history?.type !== 'F64' || width !== figures.length || !isWholeNumber(epochs, 1, MOST_EPOCHS)) {
    throw unusable(path, 'its history is none: it is damaged');
  }
  for (const figure of optionalFigures) {
    const pairs = take(`figure/${figure}`);
    if (pairs === undefined) continue;
    if (pairs.type === 'F64' && isPairs(pairs) && isWholeNumber(pairs.shape[0], 1, epochs)) continue;
    throw unusable(path, `its history of '${figure}' is none: it is damaged`);
  }
  const perClass = take('perClass');
  if (perClass && !isClassHistory(perClass, epochs))
    throw unusable(path, 'its history of classes is none: it is damaged');
  for (const group of ['weights', ...['average', 'best'].filter((optional) => has(tensors, optional))]) {
    for (const [at, weight] of model.entries()) {
      const found = take(`${group}/${at}/${weight.kind}`);
      if (found === undefined) {
        const other = [...rest.keys()].find((name) => name.startsWith(`${group}/${at}/`));
        const theirs = other === undefined ? 'nothing' : shown(other);
        throw unusable(path, `it has ${theirs} where the model has '${weight.name}'`, sameModel);
      }
      checkWeight(path, found, weight);
    }
  }
  for (const [at, { kind, name, variable }] of model.entries()) {
    for (let slot = 0; slot < MOST_SLOTS; slot++) {
      const vector = take(`optimizer/${at}/${kind}/${slot}`);
      if (vector === undefined) break;
      const size = vector.shape.reduce((product, length) => product * length, 1);
      if (vector.type === 'F32' && size <= variable.size) continue;
      throw unusable(path, `the optimizer's numbers beside '${name}' are none of its`, sameModel);
    }
  }
  for (const [name] of rest) {
    if (/^(weights|average|best)\//.test(name))
      throw unusable(path, `the model has no such weight as its ${shown(name)}`, sameModel);
    throw unusable(path, `it has a tensor ${shown(name)}, which belongs to no training: it is damaged`);
  }
}

function checkWeight(path: string, found: TensorKind, { name, variable }: ModelWeight): void {
  const wanted = { type: typesOfWeights[variable.dtype], shape: variable.shape };
  const [theirs, ours] = [found, wanted].map(({ type, shape }) => `${type} [${shape.join(', ')}]`);
  if (theirs !== ours) throw unusable(path, `its '${name}' is ${theirs}, that of the model ${ours}`, sameModel);
}

const sameModel = 'build the model as it was when the checkpoint was written';
