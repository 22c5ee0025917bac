import { ownValue } from '../../base/own-value.ts';
import type { Distribution, ParamValue } from '../../space/distribution.ts';
import { finiteValues } from '../../space/finite-values.ts';
import { type FrozenTrial, isFinished } from '../../trial/frozen-trial.ts';

/** A question that trials were asked after the same answers. */
interface Question {
  readonly name: string;
  readonly distribution: Distribution;
  readonly count: number;
  /** The places that its answers lead to, by the index of the value; those where a trial has been. */
  readonly places: Map<number, Place>;
  /** The greatest number of a trial that was asked. */
  lastAsked: number;
}

/** The answers that some trials have given so far. */
interface Place {
  /** Several where the study's space has changed. */
  readonly questions: Question[];
  /** The number of unfinished trials that have given these answers and no further one. */
  running: number;
}

const newPlace = (): Place => ({ questions: [], running: 0 });

/**
 * The parameters that trials have asked for, as a tree: after some answers comes a question, and each of its values
 * leads on. A value that no trial has taken after these answers is open, since nobody knows what comes after it. The
 * summary of a `bruteForce()` sampler.
 */
export class ValueTree {
  readonly #root = newPlace();
  /** The places that unfinished trials have come to, by their numbers. */
  readonly #running = new Map<number, Place>();

  take(trial: FrozenTrial): void {
    this.#leave(trial.number);
    if (trial.state === 'WAITING') return;
    const place = this.#walk(trial);
    if (place === undefined || isFinished(trial.state)) return;
    place.running++;
    this.#running.set(trial.number, place);
  }

  /** Whether there is anything that no trial has tried or tries. */
  get isOpen(): boolean {
    return this.#root.questions.length === 0 || openFrom(this.#root) > 0;
  }

  /**
   * The numbers of open values behind each value of a question, by its index: 0 behind one that is tried out.
   * @param answers the asking trial's answers so far.
   */
  openBehind(
    answers: Readonly<Record<string, ParamValue>>,
    name: string,
    distribution: Distribution,
    count: number,
  ): Float64Array {
    const open = new Float64Array(count).fill(1);
    let place: Place | undefined = this.#root;
    while (place !== undefined) {
      const asked: Question | undefined = place.questions.find(
        (question) => question.name === name && question.distribution.equals(distribution),
      );
      if (asked !== undefined) {
        for (const [index, next] of asked.places) open[index] = openFrom(next);
        return open;
      }
      place = nextPlace(place, answers);
    }
    return open;
  }

  #leave(number: number): void {
    const place = this.#running.get(number);
    if (place === undefined) return;
    place.running--;
    this.#running.delete(number);
  }

  /** The place that a trial has come to; undefined where a parameter of it has infinitely many values. */
  #walk({ number, params, distributions }: FrozenTrial): Place | undefined {
    let place = this.#root;
    for (const [name, distribution] of Object.entries(distributions)) {
      const values = finiteValues(distribution);
      const index = values?.indexOf(ownValue(params, name)) ?? -1;
      if (values === undefined || index < 0) return undefined;
      let question = place.questions.find((other) => other.name === name && other.distribution.equals(distribution));
      if (question === undefined) {
        question = { name, distribution, count: values.count, places: new Map(), lastAsked: number };
        place.questions.push(question);
      }
      question.lastAsked = Math.max(question.lastAsked, number);
      place = question.places.get(index) ?? newPlace();
      question.places.set(index, place);
    }
    return place;
  }
}

/** The question that trials are asked now: of several the one that the newest trial was asked. */
function newestOf(questions: readonly Question[]): Question | undefined {
  let newest: Question | undefined;
  for (const question of questions) if (question.lastAsked > (newest?.lastAsked ?? -1)) newest = question;
  return newest;
}

function nextPlace({ questions }: Place, answers: Readonly<Record<string, ParamValue>>): Place | undefined {
  const question = newestOf(questions.filter(({ name }) => Object.hasOwn(answers, name)));
  const index = question && finiteValues(question.distribution)?.indexOf(answers[question.name]);
  return index === undefined ? undefined : question?.places.get(index);
}

/** The number of open values from a place on. A trial that runs there, or has ended there, leaves none open. */
function openFrom(place: Place): number {
  const question = newestOf(place.questions);
  if (question === undefined) return 0;
  let open = question.count - question.places.size;
  for (const next of question.places.values()) open += openFrom(next);
  return open;
}
