import * as tf from '@tensorflow/tfjs-core';
import { HpoError } from '../../base/errors.ts';
import { shown } from '../../base/option-checks.ts';
import { pack, prefersPacking, unpack } from '../ops/pack.ts';
import type { Optimizer, OptimizerState } from './optimizer.ts';

/** One update of one variable, or of several in one vector. */
export interface Update {
  readonly weights: tf.Tensor;
  readonly gradient: tf.Tensor;
  /** The state after the last update, zeros at first; shaped as the weights. */
  readonly state: readonly tf.Tensor[];
  /** Number of this update, from 1. */
  readonly step: number;
  readonly learningRate: number;
}

/** The parts of an optimizer that {@link elementWise} makes. */
export interface ElementWiseOptions {
  /** The rule's name; another one where the state has another meaning, as the `kind` of {@link OptimizerState} is. */
  readonly kind: string;
  /** The initial learning rate. */
  readonly learningRate: number;
  /** The number of state tensors that are kept beside the weights. */
  readonly stateSize: number;
  /** Computes the new weights and the new state. */
  readonly update: (update: Update) => { readonly weights: tf.Tensor; readonly state: readonly tf.Tensor[] };
}

/** An optimizer that treats each weight alone, whatever tensor it belongs to. */
export function elementWise(options: ElementWiseOptions): Optimizer {
  return new ElementWise(options);
}

/** Variables that are updated as one. */
type Group = readonly tf.Variable[];

/** The tensors of a group's update that are kept until the next one. */
interface Held {
  readonly variables: readonly { readonly name: string; readonly size: number }[];
  readonly state: readonly tf.Tensor[];
  /** The weights as the variables received them; none after the state was restored. */
  readonly weights?: tf.Tensor;
  /** The data that the variables received from these weights. */
  readonly parts: readonly object[];
}

class ElementWise implements Optimizer {
  learningRate: number;
  readonly #kind: string;
  readonly #stateSize: number;
  readonly #update: ElementWiseOptions['update'];
  readonly #held = new Map<string, Held>();
  /** The parts of a restored state that no variable has taken yet. */
  #restored: OptimizerState['variables'] = {};
  #step = 0;

  constructor({ kind, learningRate, stateSize, update }: ElementWiseOptions) {
    this.learningRate = learningRate;
    this.#kind = kind;
    this.#stateSize = stateSize;
    this.#update = update;
  }

  apply(variables: readonly tf.Variable[], gradients: tf.NamedTensorMap): void {
    const trained = variables.filter(({ name }) => gradients[name]);
    const groups = prefersPacking() ? [trained] : trained.map((variable) => [variable]);
    this.#handOut(groups);
    this.#step++;
    for (const group of groups) {
      this.#updateGroup(
        group,
        group.map(({ name }) => gradients[name] as tf.Tensor),
      );
    }
  }

  async state(): Promise<OptimizerState> {
    const { learningRate } = this;
    const step = this.#step;
    const variables: Record<string, readonly Float32Array[]> = { ...this.#restored };
    const groups = [...this.#held.values()].map(async (held) => ({
      held,
      vectors: (await Promise.all(held.state.map((tensor) => tensor.data()))) as Float32Array[],
    }));
    for (const { held, vectors } of await Promise.all(groups)) {
      let start = 0;
      for (const { name, size } of held.variables) {
        const [from, to] = [start, start + size];
        variables[name] = vectors.map((vector) => vector.subarray(from, to));
        start = to;
      }
    }
    return { kind: this.#kind, learningRate, step, variables };
  }

  restore({ kind = this.#kind, learningRate, step, variables }: OptimizerState): void {
    if (kind !== this.#kind) throw unfit(`it is one of ${shown(kind)}, this one is ${shown(this.#kind)}; ${sameKind}`);
    for (const [name, parts] of Object.entries(variables)) {
      if (parts.length === this.#stateSize) continue;
      const problem = `it keeps ${parts.length} numbers for each weight of '${name}', this one ${this.#stateSize}`;
      throw unfit(`${problem}; ${sameKind}`);
    }
    this.dispose();
    this.learningRate = learningRate;
    this.#step = step;
    this.#restored = { ...variables };
  }

  dispose(): void {
    for (const held of this.#held.values()) release(held);
    this.#held.clear();
    this.#restored = {};
    this.#step = 0;
  }

  /** Gives new groups their parts of the restored state: by name, or in order where not all names are known. */
  #handOut(all: readonly Group[]): void {
    const names = Object.keys(this.#restored);
    if (names.length === 0) return;
    const groups = all.filter((group) => !this.#held.has(keyOf(group)));
    const variables = groups.flat();
    if (variables.length === 0) return;
    const isKnown = variables.every(({ name }) => Object.hasOwn(this.#restored, name));
    const taken = isKnown ? variables.map(({ name }) => name) : names;
    if (taken.length !== variables.length) {
      throw unfit(`variables in it: ${names.length}, trained by the model: ${variables.length}; ${sameModel}`);
    }
    const parts = new Map(variables.map((variable, at) => [variable, this.#partsFor(variable, taken[at] as string)]));
    for (const group of groups) {
      const shape = group.length === 1 ? (group[0] as tf.Variable).shape : undefined;
      const state = Array.from({ length: this.#stateSize }, (_, at) => {
        const vectors = group.map((variable) => parts.get(variable)?.[at] as Float32Array);
        return tf.keep(tf.tensor(joined(vectors), shape));
      });
      this.#held.set(keyOf(group), { variables: describe(group), state, parts: [] });
    }
    this.#restored = Object.fromEntries(Object.entries(this.#restored).filter(([name]) => !taken.includes(name)));
  }

  /** A variable's part of the restored state, which is stored under a name. */
  #partsFor(variable: tf.Variable, name: string): readonly Float32Array[] {
    const parts = this.#restored[name] as readonly Float32Array[];
    for (const { length } of parts) {
      if (length === variable.size) continue;
      throw unfit(`'${name}' has ${length} weights in it, '${variable.name}' has ${variable.size}; ${sameModel}`);
    }
    return parts;
  }

  #updateGroup(group: Group, gradients: readonly tf.Tensor[]): void {
    const key = keyOf(group);
    const before = this.#held.get(key);
    const next = tf.tidy(() => {
      const weights = weightsOf(before, group) ?? pack(group);
      const state = before?.state ?? Array.from({ length: this.#stateSize }, () => tf.zerosLike(weights));
      const { learningRate } = this;
      const result = this.#update({ weights, gradient: pack(gradients), state, step: this.#step, learningRate });
      const parts = unpack(
        result.weights,
        group.map(({ shape }) => shape),
      );
      for (const [at, variable] of group.entries()) variable.assign(parts[at] as tf.Tensor);
      return [result.weights, ...result.state].map((tensor) => tf.keep(tensor));
    });
    if (before) release(before);
    const [weights, ...state] = next as [tf.Tensor, ...tf.Tensor[]];
    this.#held.set(key, { variables: describe(group), state, weights, parts: group.map(({ dataId }) => dataId) });
  }
}

const keyOf = (group: Group): string => group.map(({ name }) => name).join();

const describe = (group: Group): Held['variables'] => group.map(({ name, size }) => ({ name, size }));

/**
 * The group's weights as one tensor if the variables have not been assigned since, so that they need not be packed;
 * else undefined.
 */
function weightsOf(held: Held | undefined, group: Group): tf.Tensor | undefined {
  return group.every(({ dataId }, at) => dataId === held?.parts[at]) ? held?.weights : undefined;
}

const release = ({ weights, state }: Held): void => tf.dispose([...(weights ? [weights] : []), ...state]);

/** A new vector with the numbers of all vectors. */
function joined(vectors: readonly Float32Array[]): Float32Array {
  const result = new Float32Array(vectors.reduce((size, { length }) => size + length, 0));
  let start = 0;
  for (const vector of vectors) {
    result.set(vector, start);
    start += vector.length;
  }
  return result;
}

const sameKind = 'restore it into an optimizer of the same kind';
const sameModel = 'build the model as it was when the state was taken';

const unfit = (why: string): HpoError =>
  new HpoError('HPO_INVALID_ARGUMENT', `the optimizer cannot take this state: ${why}.`);
