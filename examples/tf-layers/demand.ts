/** A year of a shop's hourly demand: what people buy by hour and weekday, a slow rise, and chance. Put your own here. */
export function hourlyDemand(): Float32Array {
  const chance = random(7);
  return Float32Array.from({ length: 365 * 24 }, (_, hour) => {
    const [ofDay, day] = [hour % 24, Math.floor(hour / 24)];
    const daily = Math.exp(-((ofDay - 11) ** 2) / 8) + 1.4 * Math.exp(-((ofDay - 18) ** 2) / 6);
    const weekly = [1, 0.9, 0.9, 1, 1.3, 1.7, 0.2][day % 7] ?? 1;
    return (1 + day / 700) * daily * weekly + 0.08 * (chance() + chance() + chance() - 1.5);
  });
}

/** Hours to learn from: the values of `inputs` hours in a row, each followed by the value to predict. */
export interface Windows {
  readonly inputs: readonly (readonly number[])[];
  readonly targets: readonly number[];
}

/** Splits a series by time, so that nothing is predicted from its own future: 70 % of it, then 15 %, then 15 %. */
export function splitByTime(series: Float32Array, hours: number) {
  const [second, third] = [Math.floor(series.length * 0.7), Math.floor(series.length * 0.85)];
  return {
    train: shuffled(windows(series.slice(0, second), hours)),
    validation: windows(series.slice(second - hours, third), hours),
    test: windows(series.slice(third - hours), hours),
  };
}

function windows(series: Float32Array, hours: number): Windows {
  const starts = Array.from({ length: series.length - hours }, (_, start) => start);
  return {
    inputs: starts.map((start) => [...series.subarray(start, start + hours)]),
    targets: starts.map((start) => series[start + hours] ?? 0),
  };
}

/** In an order that is the same for all trials; `fit({ shuffle: true })` would take another one each time. */
function shuffled({ inputs, targets }: Windows): Windows {
  const chance = random(11);
  const order = inputs.map((_, at) => ({ at, key: chance() })).sort((a, b) => a.key - b.key);
  return { inputs: order.map(({ at }) => inputs[at] ?? []), targets: order.map(({ at }) => targets[at] ?? 0) };
}

/** Numbers from 0 to 1 by mulberry32. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
