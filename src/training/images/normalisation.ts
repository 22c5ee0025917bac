import { HpoError } from '../../base/errors.ts';

/** Mean and standard deviation of each channel, for pixels scaled to 0..1. */
export interface Normalisation {
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
}

/**
 * The normalised value of each byte in each channel, [channel · 256 + byte]: (byte / 255 − mean) / deviation.
 *
 * @throws HpoError HPO_DATA where the normalisation is not one for so many channels, or a deviation is not above 0.
 */
export function levelsOf({ mean, deviation }: Normalisation, channels: number): Float32Array {
  if (mean.length !== channels || deviation.length !== channels) {
    throw new HpoError(
      'HPO_DATA',
      `a normalisation with ${mean.length} means and ${deviation.length} deviations is not one for images of ${channels} channels: give one of each for a channel, as measure() has them`,
      { data: { mean: [...mean], deviation: [...deviation], channels } },
    );
  }
  const wrong = mean.findIndex((value, channel) => !(Number.isFinite(value) && (deviation[channel] as number) > 0));
  if (wrong >= 0) {
    throw new HpoError(
      'HPO_DATA',
      `a normalisation with the mean ${mean[wrong]} and the deviation ${deviation[wrong]} in channel ${wrong}: give a number and one above 0 (the channel of a set whose pixels are all alike may have 1)`,
      { data: { mean: [...mean], deviation: [...deviation] } },
    );
  }
  return Float32Array.from({ length: channels * 256 }, (_, at) => {
    const channel = Math.floor(at / 256);
    return ((at % 256) / 255 - (mean[channel] as number)) / (deviation[channel] as number);
  });
}
